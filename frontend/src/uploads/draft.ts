/** The redaction as it is being corrected: what stands now, and the steps back and forth. */
import { type Box, boxWithin, type Handle, isSameBox, moved, resized, type Size } from "./boxes";
import { type Corner, cornerMoved, cornerRemoved } from "./corners";
import { cropOf, LEAST_SIDE, type Redaction, withBlank, withCrop, withoutBlank } from "./redaction";

/** One thing on the picture that can be taken hold of. */
export type Target =
  | { readonly kind: "crop" }
  | { readonly kind: "blank"; readonly index: number }
  | { readonly kind: "corner"; readonly index: number };

export const isSameTarget = (a: Target | null, b: Target | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.kind === b.kind &&
    (a.kind === "crop" || a.index === (b as { index: number }).index));

/** The target where it is still there: a box or a corner may have gone. */
export function standingTarget(target: Target | null, { blanks, keep }: Redaction): Target | null {
  if (target?.kind === "blank" && target.index >= blanks.length) return null;
  if (target?.kind === "corner" && target.index >= (keep?.length ?? 0)) return null;
  return target;
}

export interface Draft {
  readonly now: Redaction;
  readonly past: readonly Redaction[];
  readonly future: readonly Redaction[];
  /** What stood when the gesture under way began; null between gestures. */
  readonly before: Redaction | null;
  /** Steps of one kind in a row, such as presses of an arrow, are one step back. */
  readonly run: string | null;
}

export type DraftAction =
  | { kind: "changed"; to: Redaction; run?: string }
  | { kind: "moving"; to: Redaction }
  | { kind: "settled" }
  | { kind: "abandoned" }
  | { kind: "undone" }
  | { kind: "redone" };

export const newDraft = (now: Redaction): Draft => ({
  now,
  past: [],
  future: [],
  before: null,
  run: null,
});

export function isSameRedaction(a: Redaction, b: Redaction): boolean {
  if (a === b) return true;
  const isSameCrop =
    a.crop === null || b.crop === null ? a.crop === b.crop : isSameBox(a.crop, b.crop);
  return (
    isSameCrop &&
    a.blanks.length === b.blanks.length &&
    a.blanks.every((box, at) => isSameBox(box, b.blanks[at] as Box)) &&
    isSameSector(a.keep, b.keep)
  );
}

function isSameSector(a: readonly Corner[] | null, b: readonly Corner[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every(([x, y], at) => x === b[at]?.[0] && y === b[at]?.[1]);
}

export function draftStep(draft: Draft, action: DraftAction): Draft {
  const { now, past, future, before, run } = draft;
  switch (action.kind) {
    case "changed": {
      if (isSameRedaction(now, action.to)) return draft;
      const isGoingOn = action.run !== undefined && action.run === run;
      return {
        now: action.to,
        past: isGoingOn ? past : [...past, before ?? now],
        future: [],
        before: null,
        run: action.run ?? null,
      };
    }
    case "moving":
      return { ...draft, now: action.to, before: before ?? now, run: null };
    case "settled":
      if (before === null) return draft;
      if (isSameRedaction(before, now)) return { ...draft, before: null };
      return { now, past: [...past, before], future: [], before: null, run: null };
    case "abandoned":
      return before === null ? draft : { ...draft, now: before, before: null };
    case "undone": {
      const last = past.at(-1);
      if (last === undefined || before !== null) return draft;
      return { now: last, past: past.slice(0, -1), future: [now, ...future], before, run: null };
    }
    case "redone": {
      const next = future[0];
      if (next === undefined || before !== null) return draft;
      return { now: next, past: [...past, now], future: future.slice(1), before, run: null };
    }
  }
}

/** The redaction with a target carried, or pulled by one of its handles. */
export function targetDragged(
  redaction: Redaction,
  target: Target,
  handle: Handle | null,
  dx: number,
  dy: number,
  size: Size,
): Redaction {
  if (target.kind === "corner") {
    if (redaction.keep === null) return redaction;
    return { ...redaction, keep: cornerMoved(redaction.keep, target.index, dx, dy, size) };
  }
  if (target.kind === "crop") {
    const crop = cropOf(redaction, size);
    const next =
      handle === null ? moved(crop, dx, dy, size) : resized(crop, handle, dx, dy, size, LEAST_SIDE);
    return withCrop(redaction, next, size);
  }
  const box = redaction.blanks[target.index];
  if (box === undefined) return redaction;
  const next = handle === null ? moved(box, dx, dy, size) : resized(box, handle, dx, dy, size);
  return withBlank(redaction, target.index, next);
}

/** The redaction without a target: a box or a corner goes, the crop becomes the whole picture. */
export function targetRemoved(redaction: Redaction, target: Target): Redaction {
  if (target.kind === "crop") return { ...redaction, crop: null };
  if (target.kind === "blank") return withoutBlank(redaction, target.index);
  if (redaction.keep === null) return redaction;
  return { ...redaction, keep: cornerRemoved(redaction.keep, target.index) };
}

export const blankAdded = (redaction: Redaction, box: Box): Redaction => ({
  ...redaction,
  blanks: [...redaction.blanks, box],
});

/** A new box in the middle of what is kept. */
export const blankInTheMiddle = (redaction: Redaction, size: Size): Redaction =>
  blankAdded(redaction, boxWithin(cropOf(redaction, size), 0.2));
