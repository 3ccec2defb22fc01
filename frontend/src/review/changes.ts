import { type SetDocument, shownShape, tracksOf } from "../annotator/core/document";
import { combined, dice, EMPTY_MASK, isEmptyMask, type Mask, shapeMask } from "../geometry";

export type ChangeKind = "added" | "removed" | "altered";

/** How a structure on a frame differs from what it is compared with. */
export interface Change {
  readonly structure: string;
  readonly kind: ChangeKind;
  /** Of the pixels now and before, 0 to 1. */
  readonly dice: number;
  /** Pixels that are the structure's only now, and only before. */
  readonly gained: Mask;
  readonly lost: Mask;
}

export interface FrameChanges {
  readonly frame: number;
  readonly changes: readonly Change[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Frames on which either of the two says something of its own about a structure: its keyframes, and
 * the ends of what was judged not visible. What lies between follows from these.
 */
export function framesToCompare(
  before: SetDocument,
  now: SetDocument,
  structures: readonly { readonly id: string }[],
): number[] {
  const frames = new Set<number>();
  for (const document of [before, now]) {
    for (const { id } of structures) {
      for (const track of tracksOf(document, id)) {
        for (const { frame_index } of track.keyframes) frames.add(frame_index);
      }
    }
    for (const { frame, to_frame } of document.judgement.notVisible) {
      frames.add(frame);
      frames.add(to_frame);
    }
  }
  return [...frames].sort((a, b) => a - b);
}

/** What differs on a frame, pixel by pixel, in the order of the structures; most often nothing. */
export function changesAt(
  before: SetDocument,
  now: SetDocument,
  structures: readonly { readonly id: string }[],
  frame: number,
  size: Size,
): Change[] {
  return structures.flatMap(({ id }): Change[] => {
    const [earlier, later] = [shapesAt(before, id, frame), shapesAt(now, id, frame)];
    if (isSameShapes(earlier, later)) return [];
    const [was, is] = [maskOf(earlier, size), maskOf(later, size)];
    const gained = combined(is, was, "subtract");
    const lost = combined(was, is, "subtract");
    if (isEmptyMask(gained) && isEmptyMask(lost)) return [];
    const kind = isEmptyMask(was) ? "added" : isEmptyMask(is) ? "removed" : "altered";
    return [{ structure: id, kind, dice: dice(was, is), gained, lost }];
  });
}

type Drawn = NonNullable<ReturnType<typeof shownShape>>;

function shapesAt(document: SetDocument, structure: string, frame: number): Drawn[] {
  return tracksOf(document, structure).flatMap((track) => {
    const shape = shownShape(document, track, frame);
    return shape === null ? [] : [shape];
  });
}

function isSameShapes(a: readonly Drawn[], b: readonly Drawn[]): boolean {
  return a.length === b.length && a.every((one, i) => JSON.stringify(one) === JSON.stringify(b[i]));
}

function maskOf(shapes: readonly Drawn[], { width, height }: Size): Mask {
  return shapes.reduce<Mask>((whole, shape) => {
    const mask = shapeMask(shape, width, height);
    return isEmptyMask(whole) ? mask : combined(whole, mask, "add");
  }, EMPTY_MASK);
}

/** The frame to walk to from here; null where there is none in that direction. */
export function nextChanged(
  changed: readonly FrameChanges[],
  from: number,
  direction: 1 | -1,
): number | null {
  const frames = changed.map((one) => one.frame);
  const beside = frames.filter((one) => (direction > 0 ? one > from : one < from));
  if (beside.length === 0) return null;
  return direction > 0 ? Math.min(...beside) : Math.max(...beside);
}
