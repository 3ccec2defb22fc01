/**
 * Boxes of whole pixels and the handles by which they are pulled; no page in here.
 *
 * A box is half-open: columns x0..x1-1 and rows y0..y1-1, origin at the top-left corner of the
 * top-left pixel, as in `annotation/deidentify/redaction.py`.
 */

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"] as const;
export type Handle = (typeof HANDLES)[number];

export const HANDLE_NAMES: Record<Handle, string> = {
  nw: "top left corner",
  n: "top side",
  ne: "top right corner",
  e: "right side",
  se: "bottom right corner",
  s: "bottom side",
  sw: "bottom left corner",
  w: "left side",
};

export const wholePicture = ({ width, height }: Size): Box => ({
  x0: 0,
  y0: 0,
  x1: width,
  y1: height,
});

export const widthOf = (box: Box): number => box.x1 - box.x0;
export const heightOf = (box: Box): number => box.y1 - box.y0;

export const isSameBox = (a: Box, b: Box): boolean =>
  a.x0 === b.x0 && a.y0 === b.y0 && a.x1 === b.x1 && a.y1 === b.y1;

export const contains = (box: Box, x: number, y: number): boolean =>
  x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;

const clamp = (value: number, low: number, high: number): number =>
  Math.min(Math.max(value, low), high);

/** The box carried by whole pixels, as far as the picture reaches. */
export function moved(box: Box, dx: number, dy: number, { width, height }: Size): Box {
  const right = clamp(Math.round(dx), -box.x0, width - box.x1);
  const down = clamp(Math.round(dy), -box.y0, height - box.y1);
  return { x0: box.x0 + right, y0: box.y0 + down, x1: box.x1 + right, y1: box.y1 + down };
}

/**
 * The box with the sides of one handle carried by whole pixels; a side stops at the picture's edge
 * and `least` pixels before the opposite one.
 */
export function resized(
  box: Box,
  handle: Handle,
  dx: number,
  dy: number,
  { width, height }: Size,
  least = 1,
): Box {
  let { x0, y0, x1, y1 } = box;
  const right = Math.round(dx);
  const down = Math.round(dy);
  if (handle.includes("w")) x0 = clamp(x0 + right, 0, Math.max(x1 - least, 0));
  if (handle.includes("e")) x1 = clamp(x1 + right, Math.min(x0 + least, width), width);
  if (handle.includes("n")) y0 = clamp(y0 + down, 0, Math.max(y1 - least, 0));
  if (handle.includes("s")) y1 = clamp(y1 + down, Math.min(y0 + least, height), height);
  return { x0, y0, x1, y1 };
}

/** The box around every pixel that a drag from one place to another touched; null for none. */
export function drawn(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  { width, height }: Size,
): Box | null {
  const x0 = clamp(Math.floor(Math.min(fromX, toX)), 0, width);
  const y0 = clamp(Math.floor(Math.min(fromY, toY)), 0, height);
  const x1 = clamp(Math.ceil(Math.max(fromX, toX)), 0, width);
  const y1 = clamp(Math.ceil(Math.max(fromY, toY)), 0, height);
  return x1 > x0 && y1 > y0 ? { x0, y0, x1, y1 } : null;
}

/** Where a handle stands, in pixels of the picture. */
export function handlePlace(box: Box, handle: Handle): [number, number] {
  const x = handle.includes("w") ? box.x0 : handle.includes("e") ? box.x1 : (box.x0 + box.x1) / 2;
  const y = handle.includes("n") ? box.y0 : handle.includes("s") ? box.y1 : (box.y0 + box.y1) / 2;
  return [x, y];
}

/** A new box in the middle of another one, for whoever draws without a pointer. */
export function boxWithin(around: Box, share = 0.25): Box {
  const width = Math.max(1, Math.round(widthOf(around) * share));
  const height = Math.max(1, Math.round(heightOf(around) * share));
  const x0 = around.x0 + Math.floor((widthOf(around) - width) / 2);
  const y0 = around.y0 + Math.floor((heightOf(around) - height) / 2);
  return { x0, y0, x1: x0 + width, y1: y0 + height };
}
