import { onlineManager, QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, offlineError } from "../api/client";
import { type AskedQuestion, courseQuery, nextQuestionQuery, type Reveal } from "../api/practice";
import { fetchNext, hasMovedOn, nameOfAsked, revealFor } from "./fetchNext";

const COURSE = "/api/courses/c/";
const NEXT = "/api/courses/c/next/";

const answer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json" },
  });
const refusal = (status: number) => answer(status, { detail: "No.", code: "x", fields: {} });

describe("asking for the next question", () => {
  let queries: QueryClient;
  let server: Record<string, () => Response>;
  let asked: string[];
  let stop: (() => void)[];

  beforeEach(async () => {
    asked = [];
    server = { [COURSE]: () => answer(200, {}), [NEXT]: () => answer(200, { answered: 0 }) };
    vi.stubGlobal("fetch", async (address: string) => {
      asked.push(address);
      return (server[address] as () => Response)();
    });
    queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    // as the page holds them
    stop = [
      new QueryObserver(queries, courseQuery("c")).subscribe(() => {}),
      new QueryObserver(queries, nextQuestionQuery("c")).subscribe(() => {}),
    ];
    await vi.waitFor(() => expect(answered()).toBe(0));
    asked = [];
  });
  afterEach(() => {
    for (const each of stop) each();
    onlineManager.setOnline(true);
    vi.unstubAllGlobals();
  });

  const answered = () => queries.getQueryData(nextQuestionQuery("c").queryKey)?.answered;

  it("is over when the server has told", async () => {
    server[NEXT] = () => answer(200, { answered: 1 });
    await fetchNext(queries, "c");
    expect(answered()).toBe(1);
  });

  it("fails where the server did not tell, and may be tried again", async () => {
    server[NEXT] = () => refusal(503);
    await expect(fetchNext(queries, "c")).rejects.toMatchObject({ status: 503 });
    expect(answered()).toBe(0);
    server[NEXT] = () => answer(200, { answered: 1 });
    await fetchNext(queries, "c");
    expect(answered()).toBe(1);
  });

  it("does not mind that something else of the course cannot be fetched", async () => {
    server[COURSE] = () => refusal(503);
    server[NEXT] = () => answer(200, { answered: 1 });
    await fetchNext(queries, "c");
    expect(answered()).toBe(1);
  });

  it("does not take the old answer for one while there is no network", async () => {
    onlineManager.setOnline(false);
    await expect(fetchNext(queries, "c")).rejects.toMatchObject({ isOffline: true });
  });

  it("asks once when it is pressed twice", async () => {
    server[NEXT] = () => answer(200, { answered: 1 });
    await Promise.all([fetchNext(queries, "c"), fetchNext(queries, "c")]);
    expect(asked.filter((address) => address === NEXT)).toHaveLength(1);
  });
});

describe("a question that has moved on", () => {
  it("is told from an answer that the server could not keep", () => {
    const told = [0, 400, 403, 404, 409, 503].filter((status) =>
      hasMovedOn(status === 0 ? offlineError() : new ApiError(status, "No.", "x")),
    );
    expect(told).toEqual([404, 409]);
    expect(hasMovedOn(new Error("Out of memory"))).toBe(false);
  });

  it("is another one also where only its frames have changed", () => {
    const shown = { id: "q", number: 1, first_frame: 3, last_frame: 3 } as AskedQuestion;
    const names = [shown, { ...shown, number: 2 }, { ...shown, first_frame: 4, last_frame: 4 }];
    expect(new Set(names.map(nameOfAsked)).size).toBe(3);
  });

  it("takes what was revealed of it along", () => {
    const asked = { id: "q", number: 2 } as AskedQuestion;
    const reveal = { question: "q", number: 2 } as Reveal;
    expect(revealFor(asked, reveal)).toBe(reveal);
    expect(revealFor({ ...asked, id: "other" }, reveal)).toBeNull();
    expect(revealFor({ ...asked, number: 3 }, reveal)).toBeNull();
    expect([revealFor(null, reveal), revealFor(asked, null)]).toEqual([null, null]);
  });
});
