/** Run lengths of a mask: made from dense arrays or from row runs, and taken apart again. */

import { EMPTY_MASK, type Mask } from "./shapes";

/**
 * Foreground as half-open column ranges, each within one row, in row-major order, in image pixels.
 * Runs do not overlap; they may touch.
 */
export interface RowRuns {
  readonly rows: number[];
  readonly starts: number[];
  readonly stops: number[];
}

export function noRuns(): RowRuns {
  return { rows: [], starts: [], stops: [] };
}

/** The canonical mask of row runs, none of them empty: tight box, touching runs joined. */
export function maskFromRuns({ rows, starts, stops }: RowRuns): Mask {
  const n = rows.length;
  if (n === 0) return EMPTY_MASK;
  const top = rows[0] as number;
  const height = (rows[n - 1] as number) + 1 - top;
  let left = Infinity;
  let right = -Infinity;
  for (let i = 0; i < n; i++) {
    left = Math.min(left, starts[i] as number);
    right = Math.max(right, stops[i] as number);
  }
  const width = right - left;
  const counts: number[] = [];
  let end = 0;
  for (let i = 0; i < n; i++) {
    const offset = ((rows[i] as number) - top) * width - left;
    const begin = (starts[i] as number) + offset;
    const length = (stops[i] as number) + offset - begin;
    // a run that begins where the one before it ended is the same run, also across a row's end
    if (begin === end && i > 0) {
      counts[counts.length - 1] = (counts[counts.length - 1] as number) + length;
    } else {
      counts.push(begin - end, length);
    }
    end = begin + length;
  }
  if (end < width * height) counts.push(width * height - end);
  return { kind: "mask", x: left, y: top, width, height, counts };
}

/** Foreground runs of a mask, split where a run passes the end of a row. */
export function rowRuns(mask: Mask): RowRuns {
  const runs = noRuns();
  let at = 0;
  mask.counts.forEach((count, index) => {
    if (index % 2 === 1) {
      for (let begin = at; begin < at + count; ) {
        const row = Math.floor(begin / mask.width);
        const end = Math.min(at + count, (row + 1) * mask.width);
        runs.rows.push(row + mask.y);
        runs.starts.push(begin - row * mask.width + mask.x);
        runs.stops.push(end - row * mask.width + mask.x);
        begin = end;
      }
    }
    at += count;
  });
  return runs;
}

/** The same pixels with the smallest box and joined runs. */
export function tightened(mask: Mask): Mask {
  return maskFromRuns(rowRuns(mask));
}

/** Encode a row-major array, non-zero inside, whose first pixel is column `x`, row `y`. */
export function maskFromDense(
  dense: Uint8Array,
  width: number,
  height: number,
  x = 0,
  y = 0,
): Mask {
  const runs = noRuns();
  for (let row = 0; row < height; row++) {
    const line = row * width;
    for (let column = 0; column < width; column++) {
      if (!dense[line + column]) continue;
      const start = column;
      while (column < width && dense[line + column]) column++;
      runs.rows.push(row + y);
      runs.starts.push(start + x);
      runs.stops.push(column + x);
    }
  }
  return maskFromRuns(runs);
}

/** Paint a mask with `value` into a row-major window whose first pixel is column x, row y. */
export function paintMask(
  mask: Mask,
  target: Uint8Array,
  width: number,
  height: number,
  value = 1,
  x = 0,
  y = 0,
): void {
  const { rows, starts, stops } = rowRuns(mask);
  for (let i = 0; i < rows.length; i++) {
    const row = (rows[i] as number) - y;
    if (row < 0 || row >= height) continue;
    const start = Math.max((starts[i] as number) - x, 0);
    const stop = Math.min((stops[i] as number) - x, width);
    if (start < stop) target.fill(value, row * width + start, row * width + stop);
  }
}

/** Decode a mask to 0 and 1 in a window; its pixels outside the window are left out. */
export function denseFromMask(
  mask: Mask,
  width: number,
  height: number,
  x = 0,
  y = 0,
): Uint8Array<ArrayBuffer> {
  const dense = new Uint8Array(width * height);
  paintMask(mask, dense, width, height, 1, x, y);
  return dense;
}

/** The part of a mask inside an image of `width` x `height` pixels. */
export function clipped(mask: Mask, width: number, height: number): Mask {
  if (
    mask.x >= 0 &&
    mask.y >= 0 &&
    mask.x + mask.width <= width &&
    mask.y + mask.height <= height
  ) {
    return mask;
  }
  const runs = rowRuns(mask);
  const kept = noRuns();
  for (let i = 0; i < runs.rows.length; i++) {
    const row = runs.rows[i] as number;
    const start = Math.max(runs.starts[i] as number, 0);
    const stop = Math.min(runs.stops[i] as number, width);
    if (row < 0 || row >= height || start >= stop) continue;
    kept.rows.push(row);
    kept.starts.push(start);
    kept.stops.push(stop);
  }
  return maskFromRuns(kept);
}

/** The mask moved by whole pixels; the empty mask stays where it is. */
export function translated(mask: Mask, dx: number, dy: number): Mask {
  return mask.width === 0 ? mask : { ...mask, x: mask.x + dx, y: mask.y + dy };
}

export function isEmptyMask(mask: Mask): boolean {
  return mask.width === 0;
}

/** Number of pixels of a mask. */
export function pixelCount(mask: Mask): number {
  let count = 0;
  for (let i = 1; i < mask.counts.length; i += 2) count += mask.counts[i] as number;
  return count;
}
