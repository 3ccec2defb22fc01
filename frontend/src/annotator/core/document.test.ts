import { describe, expect, it } from "vitest";
import { contour } from "../../geometry";
import {
  apply,
  applyAll,
  EMPTY_DOCUMENT,
  fitted,
  invertAll,
  type SetDocument,
  shownShape,
} from "./document";
import { rowsOf } from "./fakeServer";
import type { Operation } from "./operations";

const square = (size: number) =>
  contour("polygon", [
    [0, 0],
    [size, 0],
    [size, size],
    [0, size],
  ]);

const put = (track: string, frame: number, size = 5): Operation => ({
  op: "keyframe.put",
  track,
  frame,
  shape: square(size),
  source: "drawn",
});
const add = (track: string): Operation => ({ op: "track.add", track, structure: "nerve" });

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomOperation(random: () => number): Operation {
  const track = `t${Math.floor(random() * 3)}`;
  const frame = Math.floor(random() * 6);
  const choice = random();
  if (choice < 0.2) return add(track);
  if (choice < 0.3) return { op: "track.delete", track };
  if (choice < 0.5) return { op: "keyframe.delete", track, frame };
  if (choice < 0.75) return randomJudgement(random, frame);
  return put(track, frame, 1 + Math.floor(random() * 9));
}

function randomJudgement(random: () => number, frame: number): Operation {
  const choice = random();
  const isSo = random() < 0.6;
  if (choice < 0.2) return { op: "frame.judge", frame, quality: isSo ? "poor" : null };
  if (choice < 0.7) {
    const to_frame = frame + Math.floor(random() * 4);
    return {
      op: "structure.judge",
      structure: "nerve",
      frame,
      to_frame,
      visible: isSo ? false : null,
    };
  }
  if (choice < 0.8)
    return { op: "clip.judge", rejected: isSo, reason: isSo ? `dark ${frame}` : "" };
  if (choice < 0.9) return { op: "note.delete", note: "n" };
  return { op: "note.put", note: "n", frame: isSo ? frame : null, text: `words ${frame}` };
}

const same = (a: SetDocument, b: SetDocument) => {
  expect(a.judgement).toEqual(b.judgement);
  expect(rowsOf(a).sort((x, y) => x.id.localeCompare(y.id))).toEqual(
    rowsOf(b).sort((x, y) => x.id.localeCompare(y.id)),
  );
};

describe("a set's document", () => {
  it("keeps keyframes in frame order and an older document as it was", () => {
    const before = applyAll(EMPTY_DOCUMENT, [add("t"), put("t", 7)]);
    const after = applyAll(before, [put("t", 2), put("t", 4)]);
    expect(after.tracks.get("t")?.keyframes.map((one) => one.frame_index)).toEqual([2, 4, 7]);
    expect(before.tracks.get("t")?.keyframes).toHaveLength(1);
  });

  it("is brought back by the inverse of any row of operations", () => {
    for (let seed = 0; seed < 200; seed++) {
      const random = seeded(seed);
      const start = applyAll(
        EMPTY_DOCUMENT,
        Array.from({ length: 12 }, () => randomOperation(random)),
      );
      const stroke = Array.from({ length: 8 }, () => randomOperation(random));
      same(applyAll(applyAll(start, stroke), invertAll(start, stroke)), start);
    }
  });

  it("brings a deleted track back when a shape is put into it", () => {
    const structures = new Map([["t", "nerve"]]);
    expect(fitted(EMPTY_DOCUMENT, [put("t", 1)], structures)).toEqual([add("t"), put("t", 1)]);
  });

  it("shows no interpolated shape where the structure was judged not visible", () => {
    const drawn = applyAll(EMPTY_DOCUMENT, [
      add("t"),
      put("t", 0),
      put("t", 4),
      { op: "structure.judge", structure: "nerve", frame: 2, to_frame: 9, visible: false },
    ]);
    const track = drawn.tracks.get("t");
    if (track === undefined) throw new Error("the track is gone");
    const isShown = [0, 1, 2, 3, 4].map((frame) => shownShape(drawn, track, frame) !== null);
    expect(isShown).toEqual([true, true, false, false, true]);
  });

  it("leaves out what is already so", () => {
    const document = apply(EMPTY_DOCUMENT, add("t"));
    expect(fitted(document, [add("t"), { op: "track.delete", track: "u" }], new Map())).toEqual([]);
  });
});
