import { describe, expect, it, vi } from "vitest";
import { type Contour, contour, type Point, shapeAt } from "../../../geometry";
import { applyAll, EMPTY_DOCUMENT, type Keyframe, type SetDocument, type Track } from "../document";
import type { Operation } from "../operations";
import {
  absentOnly,
  backAgain,
  copyToSpan,
  deleteKeyframes,
  keepCarried,
  moveKeyframes,
  retimed,
  rippled,
} from "./acts";
import { isWithin, thinned } from "./deviation";
import { type PropagationRow, type PropagationServer, Propagations } from "./propagations";

const square = (x: number, y = 0): Contour =>
  contour("polygon", [
    [x, y],
    [x + 20, y],
    [x + 20, y + 20],
    [x, y + 20],
  ]);

const drawn = (frame: number, shape: Keyframe["shape"] = square(frame)): Keyframe => ({
  frame_index: frame,
  shape,
  source: "drawn",
  confidence: null,
});

const trackOf = (...keyframes: Keyframe[]): Track => ({
  id: "track",
  structure: "nerve",
  keyframes,
});

function changed(track: Track, operations: readonly Operation[] | null): Track {
  const document: SetDocument = { ...EMPTY_DOCUMENT, tracks: new Map([[track.id, track]]) };
  return applyAll(document, operations ?? []).tracks.get(track.id) as Track;
}

const framesOf = (track: Track) => track.keyframes.map((one) => one.frame_index);

describe("copying to a span", () => {
  it("holds the shape at both ends and lets what lies between go", () => {
    const track = trackOf(drawn(0), drawn(5), drawn(20));
    const copied = changed(track, copyToSpan(track, 0, { first: 2, last: 12 }));
    expect(framesOf(copied)).toEqual([0, 2, 12, 20]);
    for (const frame of [2, 7, 12]) {
      const shape = shapeAt(copied.keyframes, frame) as Contour;
      expect(isWithin(shape, square(0), 0.01)).toBe(true);
    }
  });

  it("says nothing where there is no shape to hold", () => {
    expect(copyToSpan(trackOf(drawn(10)), 4, { first: 0, last: 3 })).toBeNull();
  });
});

describe("going and coming back", () => {
  it("leaves out one frame and keeps its neighbours as they were", () => {
    const track = trackOf(drawn(0), drawn(10));
    const result = changed(track, absentOnly(track, 5, 100));
    expect(shapeAt(result.keyframes, 5)).toBeNull();
    for (const frame of [4, 6]) {
      expect(shapeAt(result.keyframes, frame)).toEqual(shapeAt(track.keyframes, frame));
    }
  });

  it("comes back with the shape it had", () => {
    const track = trackOf(drawn(0), drawn(5, { kind: "absent" }));
    const result = changed(track, backAgain(track, 9));
    expect(shapeAt(result.keyframes, 7)).toBeNull();
    expect(shapeAt(result.keyframes, 9)).toEqual(square(0));
    expect(backAgain(result, 9)).toBeNull();
  });
});

describe("keyframes on the timeline", () => {
  it("move with their shapes", () => {
    const track = trackOf(drawn(0), drawn(5), drawn(9));
    const moved = changed(track, moveKeyframes(track, new Map([[5, 7]]), 100));
    expect(framesOf(moved)).toEqual([0, 7, 9]);
    expect(moved.keyframes[1]?.shape).toEqual(square(5));
  });

  it("never land on one another or outside the clip", () => {
    const track = trackOf(drawn(0), drawn(5));
    expect(moveKeyframes(track, new Map([[0, 5]]), 100)).toBeNull();
    expect(moveKeyframes(track, new Map([[5, 100]]), 100)).toBeNull();
    expect(moveKeyframes(track, new Map([[5, -1]]), 100)).toBeNull();
  });

  it("ripple: all later ones move as far, also into each other's places", () => {
    const track = trackOf(drawn(0), drawn(5), drawn(6), drawn(7));
    const moved = changed(track, moveKeyframes(track, rippled(track, 5, 1), 100));
    expect(framesOf(moved)).toEqual([0, 6, 7, 8]);
    expect(moved.keyframes.slice(1).map((one) => one.shape)).toEqual(
      [5, 6, 7].map((x) => square(x)),
    );
  });

  it("are spread over more frames", () => {
    const track = trackOf(drawn(0), drawn(5), drawn(10));
    const plan = retimed(track, { first: 0, last: 10 }, { first: 0, last: 30 });
    expect(framesOf(changed(track, moveKeyframes(track, plan, 100)))).toEqual([0, 15, 30]);
  });

  it("are deleted, the last with its track", () => {
    const track = trackOf(drawn(0), drawn(5));
    expect(framesOf(changed(track, deleteKeyframes(track, new Set([5]))))).toEqual([0]);
    expect(deleteKeyframes(track, new Set([0, 5]))).toEqual([
      { op: "track.delete", track: "track" },
    ]);
  });
});

describe("thinning", () => {
  const wave = Array.from({ length: 61 }, (_, frame) => ({
    frame,
    shape: square(12 * Math.sin(frame / 10), frame / 3),
  }));

  it("keeps few keyframes and no frame off by more than a pixel", () => {
    const kept = thinned(wave);
    expect(kept.length).toBeLessThan(14);
    expect([kept[0]?.frame, kept.at(-1)?.frame]).toEqual([0, 60]);
    const keyframes = kept.map((one) => drawn(one.frame, one.shape));
    for (const { frame, shape } of wave) {
      expect(isWithin(shapeAt(keyframes, frame) as Contour, shape, 1.05)).toBe(true);
    }
  });

  it("keeps two ends of even motion", () => {
    const even = Array.from({ length: 40 }, (_, frame) => ({ frame, shape: square(2 * frame) }));
    expect(thinned(even).map((one) => one.frame)).toEqual([0, 39]);
  });

  it("keeps carried shapes with their confidence and no keyframe of the person's is touched", () => {
    const track = trackOf(drawn(0), drawn(30, square(300)));
    const carried = wave.slice(0, 41).map((one) => ({ ...one, confidence: 0.9 }));
    const operations = keepCarried(track, carried);
    const kept = changed(track, operations);
    expect(operations.every((one) => "frame" in one && one.frame !== 0 && one.frame !== 30)).toBe(
      true,
    );
    expect(kept.keyframes.find((one) => one.frame_index === 30)).toEqual(drawn(30, square(300)));
    const added = kept.keyframes.filter((one) => one.source === "propagated");
    expect(added.length).toBeGreaterThan(1);
    expect(added.every((one) => one.confidence === 0.9)).toBe(true);
  });
});

describe("shapes being carried on", () => {
  const points = square(0).points as readonly Point[];
  const row = (part: Partial<PropagationRow> = {}): PropagationRow => ({
    id: "p",
    structure: "nerve",
    track: "track",
    source_frame: 10,
    last_frame: 4,
    state: "running",
    error: "",
    stopped_because: "",
    ...part,
  });
  const shape = (distance: number) => ({
    distance,
    shape: { kind: "polygon", points },
    confidence: 0.8,
  });
  const server = (answers: PropagationRow[]): PropagationServer => ({
    start: vi.fn(async () => row()),
    open: vi.fn(async () => [row()]),
    read: vi.fn(async () => answers.shift() ?? row({ state: "done" })),
    cancel: vi.fn(async () => undefined),
    close: vi.fn(async () => undefined),
  });
  const wish = {
    track: "track",
    structure: "nerve",
    shape: square(0),
    source_frame: 10,
    last_frame: 4,
  };

  it("come in as they are made, backwards from the source, each once", async () => {
    const answers = [
      row({ shapes: [shape(1)] }),
      row({ shapes: [shape(1), shape(2)] }),
      row({ state: "done", stopped_because: "Gone.", shapes: [shape(3)] }),
    ];
    const runner = new Propagations(server(answers), 0);
    await runner.start(wish);
    await vi.waitFor(() => expect(runner.state.snapshot()?.isRunning).toBe(false));
    expect(runner.state.snapshot()?.shapes.map((one) => one.frame)).toEqual([9, 8, 7]);
    expect(runner.state.snapshot()?.reason).toBe("Gone.");
  });

  it("are found again after a reload", async () => {
    const runner = new Propagations(server([row({ state: "done", shapes: [shape(1)] })]), 0);
    await runner.resume();
    expect(runner.state.snapshot()?.shapes).toHaveLength(1);
  });

  it("stay to be kept when the work is stopped", async () => {
    const away = server([row({ shapes: [shape(1)] })]);
    const runner = new Propagations(away, 1e6);
    await runner.start(wish);
    await runner.cancel();
    expect(away.cancel).toHaveBeenCalledWith("p");
    expect(runner.state.snapshot()).toMatchObject({ isRunning: false });
    expect(runner.state.snapshot()?.shapes).toHaveLength(1);
    await runner.close();
    expect(away.close).toHaveBeenCalledWith("p");
    expect(runner.state.snapshot()).toBeNull();
  });

  it("bear a server that is away for a moment", async () => {
    const away = server([]);
    const answer = row({ state: "done", shapes: [shape(1)] });
    away.read = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(answer);
    const runner = new Propagations(away, 0);
    await runner.start(wish);
    await vi.waitFor(() => expect(runner.state.snapshot()?.shapes).toHaveLength(1));
  });

  it("that could not begin leave nothing behind", async () => {
    const away = server([]);
    away.start = vi.fn().mockRejectedValue(new Error("no"));
    const runner = new Propagations(away, 0);
    await expect(runner.start(wish)).rejects.toThrow("no");
    expect(runner.state.snapshot()).toBeNull();
  });
});
