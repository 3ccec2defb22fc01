import { describe, expect, it } from "vitest";
import type { Job } from "../../api/types";
import { detailsOfFiles } from "./detailsOfFiles";
import {
  type Heard,
  nextToSend,
  standing,
  type Upload,
  type UploadAction,
  uploadQueue,
} from "./uploadQueue";

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

const third: UploadAction = {
  kind: "added",
  uploads: [{ id: "c", file: file("c.mp4"), details }],
};
const sent = (id: string): UploadAction[] => [
  { kind: "sending", id },
  { kind: "created", id, uploadId: `on-server-${id}` },
  { kind: "arrived", id },
];
const heard = (id: string, state: Heard["state"], error = ""): UploadAction => ({
  kind: "heard",
  id,
  row: { state, error },
});

describe("the files on their way", () => {
  it("are sent two at a time, in the order they were given", () => {
    expect(nextToSend(play(added))?.id).toBe("a");
    expect(nextToSend(play(added, { kind: "sending", id: "a" }))?.id).toBe("b");
    const both = play(added, { kind: "sending", id: "a" }, { kind: "sending", id: "b" });
    expect(nextToSend(uploadQueue(both, third))).toBeNull();
    expect(nextToSend(uploadQueue(uploadQueue(both, third), { kind: "paused", id: "a" }))?.id).toBe(
      "c",
    );
  });

  it("wait for a look when they have been inspected, and lead to the clip in the end", () => {
    const looked = play(added, ...sent("a"), heard("a", "awaiting_release"));
    expect(looked[0]).toMatchObject({ state: "awaiting_release", uploadId: "on-server-a" });
    expect(standing(looked)).toBe("Uploading · 1 to send · 1 waits for your look");
    const done = [heard("a", "ingesting"), heard("a", "done")].reduce(uploadQueue, looked);
    expect(done[0]).toMatchObject({ state: "done", clipId: "on-server-a" });
  });

  it("show the work of the server only while it works", () => {
    const working = play(added, ...sent("a"), { kind: "worked", id: "a", job: job("running") });
    expect(working[0]).toMatchObject({ progress: 0.5, message: "Decoding" });
    const looked = [heard("a", "awaiting_release"), { kind: "worked", id: "a", job: job("done") }];
    expect((looked as UploadAction[]).reduce(uploadQueue, working)[0]).toMatchObject({
      progress: 0,
      message: "",
    });
  });

  it("fail with the server's sentence, alone, and begin anew when sent again", () => {
    const failed = play(added, ...sent("a"), heard("a", "failed", "This is not a clip."));
    expect(failed[0]).toMatchObject({ state: "failed", error: "This is not a clip." });
    expect(failed[1]?.state).toBe("waiting");
    const again = uploadQueue(failed, { kind: "retried", id: "a" });
    expect(again[0]).toMatchObject({ state: "waiting", error: "", uploadId: null });
  });

  it("go on where they stood after failing on their way", () => {
    const [again] = play(
      { kind: "added", uploads: [{ id: "a", file: new File(["abc"], "a"), details }] },
      { kind: "sending", id: "a" },
      { kind: "created", id: "a", uploadId: "u" },
      { kind: "sent", id: "a", byteCount: 1 },
      { kind: "failed", id: "a", error: "The disk is full." },
      { kind: "retried", id: "a" },
    );
    expect(again).toMatchObject({ state: "waiting", uploadId: "u", sentBytes: 1 });
  });

  it("say why nothing moves, until it moves again", () => {
    const stalled = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "stalled", id: "a", sentence: "The connection is away." },
    );
    expect(stalled[0]?.message).toBe("The connection is away.");
    const moving = uploadQueue(stalled, { kind: "sent", id: "a", byteCount: 1 });
    expect(moving[0]?.message).toBe("");
  });

  it("stay cancelled or paused when a late event comes in", () => {
    const late: UploadAction = { kind: "sent", id: "a", byteCount: 1 };
    const cancelled = play(
      added,
      { kind: "sending", id: "a" },
      { kind: "cancelled", id: "a" },
      late,
    );
    expect(cancelled[0]).toMatchObject({ state: "cancelled", sentBytes: 0 });
    const paused = play(added, { kind: "sending", id: "a" }, { kind: "paused", id: "a" }, late);
    expect(paused[0]).toMatchObject({ state: "paused", sentBytes: 0 });
  });

  it("leave the list only when nothing more happens to them here", () => {
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
