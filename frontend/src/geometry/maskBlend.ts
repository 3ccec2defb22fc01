/**
 * One mask turning into another, by their signed distances (Raya and Udupa, "Shape-based
 * interpolation of multidimensional objects", 1990). The rules are those of
 * `annotation/geometry/mask_blend.py`.
 */

import { signedDistance } from "./distance";
import { denseFromMask, isEmptyMask, maskFromDense, rowRuns, translated } from "./rle";
import type { Mask } from "./shapes";

// a box beyond this (4 megapixels) is a slip of the hand, not a structure
const MAX_BLEND_PIXELS = 2 ** 22;

/** Signed distances of both masks over one box, the second moved by -(dx, dy) onto the first. */
export interface MaskBlend {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly dx: number;
  readonly dy: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/**
 * Prepare the way from `a` to `b`; null when one is empty or their common box is too large.
 *
 * The masks are laid over each other by their centroids (each rounded to whole pixels) when they
 * then share more pixels than where they lie; the blend moves back evenly, in whole pixels.
 */
export function blendMasks(a: Mask, b: Mask): MaskBlend | null {
  if (isEmptyMask(a) || isEmptyMask(b)) return null;
  const [centreA, centreB] = [centre(a), centre(b)];
  let dx = centreB[0] - centreA[0];
  let dy = centreB[1] - centreA[1];
  if (sharedPixels(a, translated(b, -dx, -dy)) <= sharedPixels(a, b)) {
    dx = 0;
    dy = 0;
  }
  const laid = translated(b, -dx, -dy);
  const x = Math.min(a.x, laid.x) - 1;
  const y = Math.min(a.y, laid.y) - 1;
  const width = Math.max(a.x + a.width, laid.x + laid.width) + 1 - x;
  const height = Math.max(a.y + a.height, laid.y + laid.height) + 1 - y;
  if (width * height > MAX_BLEND_PIXELS) return null;
  const distances = (mask: Mask) =>
    signedDistance(denseFromMask(mask, width, height, x, y), width, height);
  return { x, y, width, height, dx, dy, first: distances(a), second: distances(laid) };
}

/**
 * The mask `step` of `steps` equal steps on the way. A pixel whose blended distance is exactly zero
 * is inside: a line one pixel wide that moves by a pixel does not vanish halfway.
 */
export function blendedMask(blend: MaskBlend, step: number, steps: number): Mask {
  const { x, y, width, height, dx, dy, first, second } = blend;
  const dense = new Uint8Array(width * height);
  for (let i = 0; i < dense.length; i++) {
    const distance = (first[i] as number) * (steps - step) + (second[i] as number) * step;
    if (distance >= 0) dense[i] = 1;
  }
  const moveX = Math.floor((2 * dx * step + steps) / (2 * steps));
  const moveY = Math.floor((2 * dy * step + steps) / (2 * steps));
  return maskFromDense(dense, width, height, x + moveX, y + moveY);
}

/** How many pixels two masks have in common. */
export function sharedPixels(a: Mask, b: Mask): number {
  const left = Math.max(a.x, b.x);
  const top = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - left;
  const height = Math.min(a.y + a.height, b.y + b.height) - top;
  if (width <= 0 || height <= 0) return 0;
  const inA = denseFromMask(a, width, height, left, top);
  const inB = denseFromMask(b, width, height, left, top);
  let shared = 0;
  for (let i = 0; i < inA.length; i++) shared += (inA[i] as number) & (inB[i] as number);
  return shared;
}

function centre(mask: Mask): [number, number] {
  const { rows, starts, stops } = rowRuns(mask);
  let n = 0;
  let twiceX = 0;
  let sumY = 0;
  for (let i = 0; i < rows.length; i++) {
    const length = (stops[i] as number) - (starts[i] as number);
    n += length;
    twiceX += length * ((starts[i] as number) + (stops[i] as number) - 1);
    sumY += length * (rows[i] as number);
  }
  return [Math.floor((twiceX + n) / (2 * n)), Math.floor((2 * sumY + n) / (2 * n))];
}
