import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, addressOf, errorOf, fieldErrorsOf, get, onSessionExpired, post } from "./client";

const answer = (status: number, body: unknown): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });

afterEach(() => vi.unstubAllGlobals());

describe("the error of an answer", () => {
  it("carries the server's own sentence, code and fields", () => {
    const error = errorOf(409, {
      detail: "Clip 4 holds the same bytes.",
      code: "duplicate_clip",
      fields: { clip: "c4" },
    });
    expect(error).toMatchObject({
      status: 409,
      detail: "Clip 4 holds the same bytes.",
      code: "duplicate_clip",
      fields: { clip: "c4" },
    });
  });

  it("says something useful when a proxy answers in place of the server", () => {
    expect(errorOf(502, null).detail).toMatch(/away for a moment/);
    expect(errorOf(418, "teapot").detail).toMatch(/418/);
  });

  it("gives one sentence for each field of a form", () => {
    const error = errorOf(400, {
      detail: "name: too long",
      code: "invalid",
      fields: { name: ["too long", "odd"], clip: "c4", nested: { a: 1 } },
    });
    expect(fieldErrorsOf(error)).toEqual({ name: "too long", clip: "c4" });
    expect(fieldErrorsOf(new Error("other"))).toEqual({});
  });
});

describe("a request", () => {
  it("leaves empty filters out of the address", () => {
    expect(addressOf("/api/clips/", { project: "p", state: null, search: "", page_size: 60 })).toBe(
      "/api/clips/?project=p&page_size=60",
    );
  });

  it("echoes the CSRF cookie when it writes, and not when it reads", async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the server sets it so
    document.cookie = "csrftoken=secret";
    const fetched = vi.fn(async (..._: Parameters<typeof fetch>) => answer(200, {}));
    vi.stubGlobal("fetch", fetched);
    await get("/api/me/");
    await post("/api/tokens/", { name: "x" });
    const headers = fetched.mock.calls.map(([, init]) => init?.headers as Record<string, string>);
    expect(headers[0]?.["X-CSRFToken"]).toBeUndefined();
    expect(headers[1]?.["X-CSRFToken"]).toBe("secret");
  });

  it("announces the end of the session on a 401, once and with an error", async () => {
    vi.stubGlobal("fetch", async () => answer(401, { detail: "Log in.", code: "x", fields: {} }));
    const heard = vi.fn();
    const stop = onSessionExpired(heard);
    await expect(get("/api/clips/")).rejects.toMatchObject({ status: 401 });
    stop();
    await expect(get("/api/clips/")).rejects.toBeInstanceOf(ApiError);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("tells a lost connection from a refusal", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });
    const error: unknown = await get("/api/clips/").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).isOffline).toBe(true);
  });

  it("resolves with nothing when the server has nothing to say", async () => {
    vi.stubGlobal("fetch", async () => answer(204, null));
    await expect(post("/api/x/")).resolves.toBeUndefined();
  });
});
