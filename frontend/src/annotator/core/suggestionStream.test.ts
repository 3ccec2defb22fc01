import { describe, expect, it, vi } from "vitest";
import { tracksOf } from "./document";
import { type Look, type LookServer, SuggestionStream } from "./suggestionStream";

/** A mask of one pixel at the origin, and an absent shape, as they are stored. */
const PIXEL = btoa(String.fromCharCode(0x13, 0, 0, 1, 1, 2, 0, 1));
const ABSENT = btoa(String.fromCharCode(0x10));

const look = (part: Partial<Look> = {}): Look => ({
  id: "job",
  state: "running",
  progress: 0.5,
  message: "",
  error: "",
  ...part,
});
const frame = (index: number, shape = PIXEL, confidence: number | null = 0.8) => ({
  frame: index,
  shapes: [{ structure: "nerve", confidence, shape }],
});

function begin(answers: Look[]) {
  const server: LookServer = {
    start: vi.fn(async () => ({ id: "job" })),
    open: vi.fn(async () => [look()]),
    read: vi.fn(async () => answers.shift() ?? look()),
    cancel: vi.fn(async () => undefined),
  };
  const seen: number[][] = [];
  const done = vi.fn(async () => undefined);
  const stream = new SuggestionStream(server, done, 0);
  stream.state.subscribe(() => {
    const document = stream.state.snapshot()?.document;
    if (document) {
      seen.push(
        tracksOf(document, "nerve").flatMap((one) => one.keyframes.map((k) => k.frame_index)),
      );
    }
  });
  return { server, stream, done, seen };
}

describe("a model that looks at the open clip", () => {
  it("shows its shapes as they come, and then the suggestion itself", async () => {
    const { server, stream, done, seen } = begin([
      look({ frames: [frame(0), { frame: 1, shapes: [] }] }),
      look({ frames: [frame(1), frame(2, ABSENT, null)] }),
      look({ state: "done" }),
    ]);
    await stream.start();
    await vi.waitFor(() => expect(done).toHaveBeenCalled());
    expect(seen).toContainEqual([0]);
    expect(seen).toContainEqual([0, 2]);
    expect(vi.mocked(server.read).mock.calls.map(([, after]) => after)).toEqual([0, 2, 3]);
    expect(stream.state.snapshot()).toBeNull();
  });

  it("is found again after a reload", async () => {
    const { stream } = begin([look({ frames: [frame(0)] })]);
    await stream.resume();
    expect(stream.state.snapshot()?.framesSeen).toBe(1);
    stream.leave();
  });

  it("says why it failed, and keeps what it had seen on the screen", async () => {
    const { stream, done } = begin([
      look({ state: "failed", error: "The model file is gone.", frames: [frame(0)] }),
    ]);
    await stream.start();
    expect(stream.state.snapshot()).toMatchObject({
      isRunning: false,
      error: "The model file is gone.",
      framesSeen: 1,
    });
    expect(done).not.toHaveBeenCalled();
  });

  it("can be stopped", async () => {
    const { server, stream } = begin([]);
    await stream.start();
    await stream.cancel();
    expect(server.cancel).toHaveBeenCalledWith("job");
    expect(stream.state.snapshot()).toBeNull();
  });
});
