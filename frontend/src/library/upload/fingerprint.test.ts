import { beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../api/client";
import { fingerprintOf } from "./fingerprint";
import { fingerprintFor, forget, knownIdOf, knownUploads } from "./knownUploads";
import { delayOf, isPassing } from "./retries";

const bytesOf = (size: number, at = -1): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index += 1) bytes[index] = (index * 31) % 251;
  if (at >= 0) bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
};

describe("a file chosen again", () => {
  it("is told by its bytes, whatever it is called", async () => {
    const one = await fingerprintOf(new File([bytesOf(400_000)], "Mrs Example.mp4"), "p");
    const same = await fingerprintOf(new File([bytesOf(400_000)], "copy.mp4"), "p");
    expect(same).toBe(one);
    expect(one).not.toContain("Example");
  });

  it("is another in another project, of another size, or with other bytes", async () => {
    const one = await fingerprintOf(new Blob([bytesOf(400_000)]), "p");
    for (const other of [
      await fingerprintOf(new Blob([bytesOf(400_000)]), "q"),
      await fingerprintOf(new Blob([bytesOf(400_001)]), "p"),
      await fingerprintOf(new Blob([bytesOf(400_000, 3)]), "p"),
      await fingerprintOf(new Blob([bytesOf(400_000, 399_999)]), "p"),
    ]) {
      expect(other).not.toBe(one);
    }
  });
});

describe("what the browser remembers of an upload", () => {
  const id = "0b8f3f0e-6d7c-4a52-9a34-0d8c7a1e2f11";
  const upload = {
    size: 3,
    metadata: { subject: "S-001" },
    creationTime: "now",
    urlStorageKey: "",
    uploadUrl: `http://localhost/api/uploads/${id}/`,
    parallelUploadUrls: null,
  };
  beforeEach(() => localStorage.clear());

  it("is its address and nothing of what it shows", async () => {
    await knownUploads.addUpload("print", upload);
    expect(await knownIdOf("print")).toBe(id);
    expect(fingerprintFor(id)).toBe("print");
    expect(JSON.stringify({ ...localStorage })).not.toContain("S-001");
  });

  it("goes when it is forgotten", async () => {
    await knownUploads.addUpload("print", upload);
    forget("print");
    expect(await knownIdOf("print")).toBeNull();
    expect(fingerprintFor(id)).toBeNull();
  });
});

describe("an interrupted upload", () => {
  it("is tried again ever more slowly, at least twice a minute", () => {
    const delays = [0, 1, 2, 3, 4, 5, 50].map(delayOf);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays.at(-1)).toBe(30_000);
  });

  it("is not tried again when the server has refused it for good", () => {
    const error = (status: number, code = "error") => new ApiError(status, "…", code);
    expect([0, 401, 423, 503].map((status) => isPassing(error(status)))).toEqual(
      Array(4).fill(true),
    );
    expect(isPassing(error(409, "offset_mismatch"))).toBe(true);
    expect(isPassing(error(409, "duplicate_clip"))).toBe(false);
    expect([400, 403, 410, 413, 507].map((status) => isPassing(error(status)))).toEqual(
      Array(5).fill(false),
    );
  });
});
