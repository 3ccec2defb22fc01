/** Which pixels a contour covers, exactly. */

import { clipped, maskFromRuns, noRuns } from "./rle";
import {
  type Contour,
  EMPTY_MASK,
  MAX_MASK_PIXELS,
  MAX_MASK_SIDE,
  type Mask,
  type Shape,
} from "./shapes";
import { GRID, outline } from "./spline";

const HALF = GRID / 2;

/**
 * The pixels of a shape inside an image of `width` x `height` pixels.
 *
 * A pixel belongs to a contour when its centre does, by the even-odd rule. A centre exactly on an
 * edge belongs to the side with larger x (or, on a horizontal edge, larger y), so two contours that
 * share an edge share no pixel and leave none out. `null` and absent cover nothing.
 */
export function shapeMask(shape: Shape | null, width: number, height: number): Mask {
  if (shape === null || shape.kind === "absent") return EMPTY_MASK;
  if (shape.kind === "mask") return clipped(shape, width, height);
  const { x, y } = outline(shape);
  return polygonMask(x, y, 0, 0, width, height);
}

/** All pixels of a contour, wherever they lie; null when its box is beyond a mask's limits. */
export function wholeMask(contour: Contour): Mask | null {
  const { length, x, y } = outline(contour);
  if (length < 3) return EMPTY_MASK;
  const [minX, maxX] = range(x);
  const [minY, maxY] = range(y);
  const left = Math.floor(minX / GRID);
  const top = Math.floor(minY / GRID);
  const right = Math.floor(maxX / GRID) + 1;
  const bottom = Math.floor(maxY / GRID) + 1;
  const width = right - left;
  const height = bottom - top;
  if (width > MAX_MASK_SIDE || height > MAX_MASK_SIDE || width * height > MAX_MASK_PIXELS) {
    return null;
  }
  return polygonMask(x, y, left, top, right, bottom);
}

function range(values: Float64Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/**
 * Even-odd fill of a closed polygon in columns left..right-1 and rows top..bottom-1; `xs` and `ys`
 * are whole numbers of 1/256 pixel.
 *
 * An edge crosses a row when y_min <= centre < y_max; the crossing, a fraction of whole numbers
 * below 2**53, is rounded up to the first pixel centre at or beyond it without error. Every row has
 * an even number of crossings, so the sorted crossings, taken in pairs, are the runs.
 */
export function polygonMask(
  xs: Float64Array,
  ys: Float64Array,
  left: number,
  top: number,
  right: number,
  bottom: number,
): Mask {
  const n = xs.length;
  if (n < 3 || left >= right || top >= bottom) return EMPTY_MASK;
  const stride = right - left + 1;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const y0 = ys[i] as number;
    const y1 = ys[i + 1 < n ? i + 1 : 0] as number;
    const first = Math.max(firstRow(Math.min(y0, y1)), top);
    total += Math.max(Math.min(firstRow(Math.max(y0, y1)), bottom) - first, 0);
  }
  if (total === 0) return EMPTY_MASK;
  const keys = new Float64Array(total);
  let used = 0;
  for (let i = 0; i < n; i++) {
    const next = i + 1 < n ? i + 1 : 0;
    const downwards = (ys[i] as number) <= (ys[next] as number);
    const upper = downwards ? i : next;
    const lower = downwards ? next : i;
    const x0 = xs[upper] as number;
    const y0 = ys[upper] as number;
    const dx = (xs[lower] as number) - x0;
    const dy = (ys[lower] as number) - y0;
    const last = Math.min(firstRow(y0 + dy), bottom);
    for (let row = Math.max(firstRow(y0), top); row < last; row++) {
      const over = (x0 - HALF) * dy + (row * GRID + HALF - y0) * dx;
      const column = Math.min(Math.max(ceilDivided(over, dy * GRID), left), right);
      keys[used++] = (row - top) * stride + (column - left);
    }
  }
  keys.sort();
  const runs = noRuns();
  for (let i = 0; i < used; i += 2) {
    const start = keys[i] as number;
    const stop = keys[i + 1] as number;
    if (start === stop) continue;
    const row = Math.floor(start / stride);
    const line = row * stride - left;
    runs.rows.push(row + top);
    runs.starts.push(start - line);
    runs.stops.push(stop - line);
  }
  return maskFromRuns(runs);
}

/** The first row whose pixel centres lie at or below y, in 1/256 pixel. */
function firstRow(y: number): number {
  return Math.floor((y + (HALF - 1)) / GRID);
}

/** The quotient rounded up, exact for whole numbers below 2**53 and a positive divisor. */
function ceilDivided(over: number, under: number): number {
  const quotient = Math.ceil(over / under);
  const excess = quotient * under - over;
  if (excess < 0) return quotient + 1;
  return excess >= under ? quotient - 1 : quotient;
}
