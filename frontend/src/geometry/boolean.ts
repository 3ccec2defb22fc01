/** Sets of pixels put together, and their holes. Exact: a mask is a set of pixels. */

import { joined } from "./brush";
import { boundingBox } from "./measure";
import { shapeMask } from "./raster";
import { denseFromMask, isEmptyMask, maskFromDense, pixelCount } from "./rle";
import { contour, EMPTY_MASK, type Mask, type Point } from "./shapes";

export type BooleanKind = "add" | "subtract" | "intersect";

/** Union, difference or intersection of two masks. */
export function combined(a: Mask, b: Mask, kind: BooleanKind): Mask {
  const box = kind === "add" ? joined(boundingBox(a), boundingBox(b)) : boundingBox(a);
  if (box === null) return EMPTY_MASK;
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const first = denseFromMask(a, width, height, box.left, box.top);
  const second = denseFromMask(b, width, height, box.left, box.top);
  for (let i = 0; i < first.length; i++) {
    const [one, other] = [first[i] as number, second[i] as number];
    first[i] = kind === "add" ? one | other : kind === "subtract" ? one & ~other : one & other;
  }
  return maskFromDense(first, width, height, box.left, box.top);
}

/**
 * The mask with its holes filled: background that does not hang together, side by side, with the
 * outside. The mask itself when it has none.
 */
export function holesFilled(mask: Mask): Mask {
  const box = boundingBox(mask);
  if (box === null) return mask;
  // one pixel of background all around joins what is outside
  const [width, height] = [box.right - box.left + 2, box.bottom - box.top + 2];
  const dense = denseFromMask(mask, width, height, box.left - 1, box.top - 1);
  const outside = new Uint8Array(width * height);
  const open = [0];
  outside[0] = 1;
  const visit = (index: number) => {
    if (dense[index] === 1 || outside[index] === 1) return;
    outside[index] = 1;
    open.push(index);
  };
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const x = index % width;
    if (x > 0) visit(index - 1);
    if (x < width - 1) visit(index + 1);
    if (index >= width) visit(index - width);
    if (index < width * (height - 1)) visit(index + width);
  }
  let hasHole = false;
  for (let i = 0; i < dense.length; i++) {
    if (dense[i] === 0 && outside[i] === 0) {
      dense[i] = 1;
      hasHole = true;
    }
  }
  return hasHole ? maskFromDense(dense, width, height, box.left - 1, box.top - 1) : mask;
}

/** Dice coefficient of two masks, 1 for two empty ones: 2 |A and B| / (|A| + |B|). */
export function dice(a: Mask, b: Mask): number {
  const total = pixelCount(a) + pixelCount(b);
  return total === 0 ? 1 : (2 * pixelCount(combined(a, b, "intersect"))) / total;
}

/** The pixels inside an odd number of polygons, inside an image of `width` x `height` pixels. */
export function combineRings(
  rings: readonly { readonly points: readonly Point[] }[],
  width: number,
  height: number,
): Mask {
  let result = EMPTY_MASK;
  for (const { points } of rings) {
    const mask = shapeMask(contour("polygon", points), width, height);
    result = isEmptyMask(result)
      ? mask
      : combined(combined(result, mask, "add"), combined(result, mask, "intersect"), "subtract");
  }
  return result;
}
