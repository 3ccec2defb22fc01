import { describe, expect, it } from "vitest";
import type { Structure } from "../../api/types";
import { contour } from "../../geometry";
import { applyAll, EMPTY_DOCUMENT, type SetDocument } from "./document";
import { doubtsOf, rankedFirst } from "./doubts";

const nerve: Structure = {
  id: "n",
  code: "nerve",
  name: "Median nerve",
  kind: "nerve",
  colour: "#0072b2",
  channel: 1,
};
const shape = contour("polygon", [
  [1, 1],
  [9, 1],
  [9, 9],
]);

const withShapes = (frames: readonly number[]): SetDocument =>
  applyAll(EMPTY_DOCUMENT, [
    { op: "track.add", track: "t", structure: "n" },
    ...frames.map(
      (frame) => ({ op: "keyframe.put", track: "t", frame, shape, source: "model" }) as const,
    ),
  ]);

const never = () => false;

describe("frames to look at", () => {
  const suggestion = withShapes([0, 1, 2, 5]);
  const confidence = { nerve: [0.9, 0.41, 0.8, null, null, 0.6] };

  it("come least certain first, each with what is known of it", () => {
    const found = doubtsOf(suggestion, EMPTY_DOCUMENT, [nerve], confidence, never);
    expect(found.map(({ frame, reason }) => [frame, reason])).toEqual([
      [1, "confidence 0.41"],
      [5, "confidence 0.60, not seen on the frames beside it"],
      [2, "confidence 0.80"],
      [0, "confidence 0.90"],
    ]);
  });

  it("leave out what was answered and what a person has drawn", () => {
    const found = doubtsOf(
      suggestion,
      withShapes([5]),
      [nerve],
      confidence,
      (_, frame) => frame === 1,
    );
    expect(found.map(({ frame }) => frame)).toEqual([2, 0]);
  });

  it("say so where no confidence is known, and come last", () => {
    const found = doubtsOf(suggestion, EMPTY_DOCUMENT, [nerve], { nerve: [null, 0.5] }, never);
    expect(found.at(0)?.frame).toBe(1);
    expect(found.at(1)?.reason).toBe("no confidence known");
  });

  it("come in the order that the server ranks them, with its reason, then the others", () => {
    const open = doubtsOf(suggestion, EMPTY_DOCUMENT, [nerve], confidence, never);
    const ranked = [
      { frame: 2, structure: "n", words: "the folds disagree on the outline of Median nerve" },
      { frame: 4, structure: "n", words: "answered already" },
      { frame: 0, structure: null, words: "drawn by chance" },
    ];
    expect(rankedFirst(open, ranked).map(({ frame, reason }) => [frame, reason])).toEqual([
      [2, "the folds disagree on the outline of Median nerve"],
      [0, "drawn by chance"],
      [1, "confidence 0.41"],
      [5, "confidence 0.60, not seen on the frames beside it"],
    ]);
  });
});
