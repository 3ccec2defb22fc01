/** Painting discs and strokes into a dense grid of pixels, a small box at a time. */

import type { Box } from "./measure";
import { maskFromDense } from "./rle";
import { EMPTY_MASK, type Mask, type Point } from "./shapes";

/** 0 and 1, row-major, over a whole image of `width` x `height` pixels. */
export interface PixelGrid {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around two; null stands for nothing. */
export function joined(a: Box | null, b: Box | null): Box | null {
  if (a === null) return b;
  if (b === null) return a;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** A box of whole pixels inside an image, or null when none of it is. */
export function clippedBox(box: Box, width: number, height: number): Box | null {
  const left = Math.max(Math.floor(box.left), 0);
  const top = Math.max(Math.floor(box.top), 0);
  const right = Math.min(Math.ceil(box.right), width);
  const bottom = Math.min(Math.ceil(box.bottom), height);
  return left < right && top < bottom ? { left, top, right, bottom } : null;
}

/**
 * Set to `value` every pixel whose centre lies within the brush on its way from one place to
 * another, in image pixels; the radius changes evenly along the way. Gives the box of pixels looked
 * at, or null when the stroke lies outside the image. A brush too small to reach a centre still
 * sets the pixel it is on.
 */
export function paintStroke(
  grid: PixelGrid,
  from: Point,
  to: Point,
  fromRadius: number,
  toRadius: number,
  value: 0 | 1,
): Box | null {
  const { pixels, width, height } = grid;
  const reach = Math.max(fromRadius, toRadius, 0.5);
  const box = clippedBox(
    {
      left: Math.min(from[0], to[0]) - reach,
      top: Math.min(from[1], to[1]) - reach,
      right: Math.max(from[0], to[0]) + reach,
      bottom: Math.max(from[1], to[1]) + reach,
    },
    width,
    height,
  );
  if (box === null) return null;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const square = dx * dx + dy * dy;
  for (let y = box.top; y < box.bottom; y++) {
    const offY = y + 0.5 - from[1];
    for (let x = box.left; x < box.right; x++) {
      const offX = x + 0.5 - from[0];
      const along = square === 0 ? 1 : Math.min(Math.max((offX * dx + offY * dy) / square, 0), 1);
      const awayX = offX - along * dx;
      const awayY = offY - along * dy;
      const radius = fromRadius + along * (toRadius - fromRadius);
      if (awayX * awayX + awayY * awayY <= radius * radius) pixels[y * width + x] = value;
    }
  }
  const [column, row] = [Math.floor(to[0]), Math.floor(to[1])];
  if (column >= 0 && row >= 0 && column < width && row < height) {
    pixels[row * width + column] = value;
  }
  return box;
}

/** Grey values from `low` to `high`, both included. */
export interface GreyRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Set to `value` the pixels of the disc around `at` whose grey lies in the range and which hang
 * together, side by side, with the pixel under `at`; nothing when that pixel is outside the range.
 * Gives the box of pixels looked at, or null when nothing was set.
 */
export function paintInRange(
  grid: PixelGrid,
  gray: Uint8Array,
  at: Point,
  radius: number,
  range: GreyRange,
  value: 0 | 1,
): Box | null {
  const { pixels, width, height } = grid;
  const [column, row] = [Math.floor(at[0]), Math.floor(at[1])];
  if (column < 0 || row < 0 || column >= width || row >= height) return null;
  const isWanted = (index: number) => {
    const level = gray[index] as number;
    return level >= range.low && level <= range.high;
  };
  const seed = row * width + column;
  if (!isWanted(seed)) return null;
  const reach = Math.max(radius, 0.5);
  const box = clippedBox(
    { left: at[0] - reach, top: at[1] - reach, right: at[0] + reach, bottom: at[1] + reach },
    width,
    height,
  );
  if (box === null) return null;
  const boxWidth = box.right - box.left;
  const seen = new Uint8Array(boxWidth * (box.bottom - box.top));
  const open = [seed];
  seen[(row - box.top) * boxWidth + column - box.left] = 1;
  const visit = (x: number, y: number) => {
    if (x < box.left || y < box.top || x >= box.right || y >= box.bottom) return;
    const place = (y - box.top) * boxWidth + x - box.left;
    if (seen[place] === 1) return;
    seen[place] = 1;
    const [offX, offY] = [x + 0.5 - at[0], y + 0.5 - at[1]];
    const index = y * width + x;
    if (offX * offX + offY * offY <= radius * radius && isWanted(index)) open.push(index);
  };
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    pixels[index] = value;
    const x = index % width;
    const y = (index - x) / width;
    visit(x - 1, y);
    visit(x + 1, y);
    visit(x, y - 1);
    visit(x, y + 1);
  }
  return box;
}

/** The mask of what lies in a box of a grid; null holds nothing. */
export function maskFromWindow(grid: PixelGrid, box: Box | null): Mask {
  if (box === null) return EMPTY_MASK;
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const window = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const begin = (row + box.top) * grid.width + box.left;
    window.set(grid.pixels.subarray(begin, begin + width), row * width);
  }
  return maskFromDense(window, width, height, box.left, box.top);
}
