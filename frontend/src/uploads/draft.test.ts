import { describe, expect, it } from "vitest";
import { cornerInserted, cornerRemoved } from "./corners";
import {
  blankAdded,
  type Draft,
  type DraftAction,
  draftStep,
  newDraft,
  targetDragged,
  targetRemoved,
} from "./draft";
import { NOTHING_REMOVED, type Redaction } from "./redaction";

const size = { width: 100, height: 80 };
const box = { x0: 10, y0: 20, x1: 30, y1: 40 };
const one = blankAdded(NOTHING_REMOVED, box);
const play = (start: Redaction, ...actions: DraftAction[]): Draft =>
  actions.reduce(draftStep, newDraft(start));
const blank = { kind: "blank", index: 0 } as const;
const carried = (dx: number) => targetDragged(one, blank, null, dx, 0, size);

describe("corrections", () => {
  it("are undone and redone one by one", () => {
    const draft = play(NOTHING_REMOVED, { kind: "changed", to: one });
    const back = draftStep(draft, { kind: "undone" });
    expect(back.now).toEqual(NOTHING_REMOVED);
    expect(draftStep(back, { kind: "redone" }).now).toEqual(one);
  });

  it("are one step for a whole drag, and none for a drag that was let go of", () => {
    const moves: DraftAction[] = [5, 9, 14].map((dx) => ({ kind: "moving", to: carried(dx) }));
    const draft = play(one, ...moves, { kind: "settled" });
    expect(draft.now.blanks[0]).toMatchObject({ x0: 24 });
    expect(draft.past).toEqual([one]);
    const abandoned = play(one, ...moves, { kind: "abandoned" });
    expect([abandoned.now, abandoned.past]).toEqual([one, []]);
  });

  it("are one step for presses of an arrow in a row on one box", () => {
    const draft = play(
      one,
      { kind: "changed", to: carried(1), run: "box" },
      { kind: "changed", to: carried(2), run: "box" },
      { kind: "changed", to: carried(3), run: "other" },
    );
    expect(draft.past).toEqual([one, carried(2)]);
  });

  it("count only when something has changed, and end what could be redone", () => {
    expect(play(one, { kind: "changed", to: { ...one } }).past).toEqual([]);
    const draft = play(
      NOTHING_REMOVED,
      { kind: "changed", to: one },
      { kind: "undone" },
      { kind: "changed", to: carried(4) },
    );
    expect(draft.future).toEqual([]);
  });
});

describe("what is taken hold of", () => {
  it("leaves sixteen pixels of the picture at least", () => {
    const narrow = targetDragged(NOTHING_REMOVED, { kind: "crop" }, "e", -500, 0, size);
    expect(narrow.crop).toEqual({ x0: 0, y0: 0, x1: 16, y1: 80 });
  });

  it("goes when it is removed; the crop becomes the whole picture", () => {
    expect(targetRemoved(one, blank).blanks).toEqual([]);
    expect(targetRemoved({ ...one, crop: box }, { kind: "crop" }).crop).toBeNull();
  });

  it("is a corner of the sector, of which three stay", () => {
    const corners = [
      [0, 0],
      [10, 0],
      [0, 10],
    ] as const;
    expect(cornerRemoved(corners, 1)).toEqual(corners);
    const more = cornerInserted(corners, 2);
    expect(more).toEqual([...corners, [0, 5]]);
    expect(cornerRemoved(more, 1)).toEqual([
      [0, 0],
      [0, 10],
      [0, 5],
    ]);
    const sector = { ...NOTHING_REMOVED, keep: corners };
    const pulled = targetDragged(sector, { kind: "corner", index: 1 }, null, 500, 2.26, size);
    expect(pulled.keep?.[1]).toEqual([100, 2.3]);
  });
});
