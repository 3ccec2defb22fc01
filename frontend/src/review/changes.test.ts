import { describe, expect, it } from "vitest";
import { documentFromRows, type TrackRow } from "../annotator/core/document";
import { pixelCount } from "../geometry";
import { changesAt, framesToCompare, nextChanged } from "./changes";

const SIZE = { width: 40, height: 30 };
const STRUCTURES = [{ id: "nerve" }, { id: "vessel" }];

/** A square of side 10 whose left edge is at `x`. */
const square = (x: number) => ({
  kind: "polygon",
  points: [[x, 5], [x + 10, 5], [x + 10, 15], [x, 15]],
}); // biome-ignore format: points

const track = (structure: string, shapes: Record<number, unknown>): TrackRow => ({
  id: `${structure}-track`,
  structure,
  keyframes: Object.entries(shapes).map(([frame, shape]) => ({
    frame: Number(frame),
    shape,
    source: "drawn",
  })),
});

describe("what differs between two readings", () => {
  const before = documentFromRows([track("nerve", { 0: square(5), 4: square(5) })]);

  it("is nothing where the same was drawn by another hand", () => {
    const other = { ...track("nerve", { 0: square(5), 4: square(5) }), id: "other-track" };
    const now = documentFromRows([other]);
    expect(framesToCompare(before, now, STRUCTURES)).toEqual([0, 4]);
    expect(changesAt(before, now, STRUCTURES, 0, SIZE)).toEqual([]);
    expect(changesAt(before, now, STRUCTURES, 2, SIZE)).toEqual([]);
  });

  it("names the pixels that came and went, and how much is still shared", () => {
    const now = documentFromRows([track("nerve", { 0: square(5), 4: square(10) })]);
    const [change] = changesAt(before, now, STRUCTURES, 4, SIZE);
    expect(change?.kind).toBe("altered");
    expect(pixelCount(change?.gained ?? never())).toBe(50);
    expect(pixelCount(change?.lost ?? never())).toBe(50);
    expect(change?.dice).toBeCloseTo(0.5);
  });

  it("tells a structure that is new from one that is gone", () => {
    const now = documentFromRows([track("vessel", { 0: square(20) })]);
    const found = changesAt(before, now, STRUCTURES, 0, SIZE);
    expect(found.map(({ structure, kind, dice }) => [structure, kind, dice])).toEqual([
      ["nerve", "removed", 0],
      ["vessel", "added", 0],
    ]);
  });

  it("is walked frame by frame and ends at both ends", () => {
    const walk = [2, 7, 9].map((frame) => ({ frame, changes: [] }));
    expect(nextChanged(walk, 2, 1)).toBe(7);
    expect(nextChanged(walk, 8, -1)).toBe(7);
    expect(nextChanged(walk, 9, 1)).toBeNull();
    expect(nextChanged([], 0, 1)).toBeNull();
  });
});

function never(): never {
  throw new Error("nothing changed");
}
