import { describe, expect, it } from "vitest";
import type { Job } from "../../api/types";
import { detailsOfFiles } from "./detailsOfFiles";
import { nextToSend, type Upload, type UploadAction, uploadQueue } from "./uploadQueue";

const details = {
  projectId: "p",
  subject: "S-001",
  label: "",
  scanner: "",
  micronsPerPixel: null,
  credit: "",
};
const file = (name: string) => new File(["x"], name);
const job = (state: Job["state"], rest: Partial<Job> = {}): Job =>
  ({
    id: "j",
    state,
    progress: 0.5,
    message: "Decoding",
    error: "",
    target_id: "c",
    ...rest,
  }) as Job;

const play = (...actions: UploadAction[]): Upload[] =>
  actions.reduce<Upload[]>((uploads, action) => uploadQueue(uploads, action), []);
const added: UploadAction = {
  kind: "added",
  uploads: [
    { id: "a", file: file("a.mp4"), details },
    { id: "b", file: file("b.mp4"), details },
  ],
};

describe("the files on their way", () => {
  it("are sent one at a time, in the order they were given", () => {
    expect(nextToSend(play(added))?.id).toBe("a");
    expect(nextToSend(play(added, { kind: "sending", id: "a" }))).toBeNull();
    const accepted = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "accepted", id: "a", job: job("queued") },
    );
    expect(nextToSend(accepted)?.id).toBe("b");
  });

  it("are ready when their ingest is done, and lead to the clip", () => {
    const [upload] = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "accepted", id: "a", job: job("queued") },
      { kind: "ingest", id: "a", job: job("running") },
      { kind: "ingest", id: "a", job: job("done") },
    );
    expect(upload).toMatchObject({ state: "done", clipId: "c", progress: 1 });
  });

  it("fail with the server's sentence, alone, and can be sent again", () => {
    const failed = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "accepted", id: "a", job: job("queued") },
      { kind: "ingest", id: "a", job: job("failed", { error: "This is not a clip." }) },
    );
    expect(failed[0]).toMatchObject({ state: "failed", error: "This is not a clip." });
    expect(failed[1]?.state).toBe("waiting");
    const again = uploadQueue(failed, { kind: "retried", id: "a" });
    expect(again[0]).toMatchObject({ state: "waiting", error: "", jobId: null });
  });

  it("stay cancelled when a late progress event comes in", () => {
    const [upload] = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "cancelled", id: "a" },
      { kind: "sent", id: "a", progress: 0.9 },
    );
    expect(upload).toMatchObject({ state: "cancelled", progress: 0 });
  });

  it("leave the list only when they have ended", () => {
    const cleared = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "failed", id: "a", error: "no" },
      { kind: "cleared" },
    );
    expect(cleared.map(({ id }) => id)).toEqual(["b"]);
  });
});

describe("the subjects of several files", () => {
  const { subject: _, ...common } = details;

  it("are one when all are of one subject", () => {
    const rows = detailsOfFiles([file("a"), file("b")], common, "S-004", "one", []);
    expect(rows.map((row) => row.details.subject)).toEqual(["S-004", "S-004"]);
  });

  it("go on in the series that was chosen, and pass over taken names", () => {
    const rows = detailsOfFiles([file("a"), file("b"), file("c")], common, "P-01", "each", [
      "S-001",
      "S-002",
      "P-02",
    ]);
    expect(rows.map((row) => row.details.subject)).toEqual(["P-01", "P-03", "P-04"]);
  });
});
