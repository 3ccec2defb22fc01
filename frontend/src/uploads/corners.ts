/** The corners of the kept sector: a closed polygon in pixels of the picture. */
import { type Box, type Size, widthOf } from "./boxes";

export type Corner = readonly [number, number];

const LEAST = 3;

/** Tenths of a pixel are as fine as a hand places anything. */
const tenths = (value: number): number => Math.round(value * 10) / 10;

function within(x: number, y: number, { width, height }: Size): Corner {
  return [tenths(Math.min(Math.max(x, 0), width)), tenths(Math.min(Math.max(y, 0), height))];
}

export function cornerMoved(
  corners: readonly Corner[],
  index: number,
  dx: number,
  dy: number,
  size: Size,
): Corner[] {
  return corners.map((corner, at) =>
    at === index ? within(corner[0] + dx, corner[1] + dy, size) : corner,
  );
}

/** Without one corner; three always stay. */
export function cornerRemoved(corners: readonly Corner[], index: number): Corner[] {
  if (corners.length <= LEAST) return [...corners];
  return corners.filter((_, at) => at !== index);
}

/** With a corner in the middle of the edge that begins at `index`. */
export function cornerInserted(corners: readonly Corner[], index: number): Corner[] {
  const from = corners[index];
  const to = corners[(index + 1) % corners.length];
  if (from === undefined || to === undefined) return [...corners];
  const middle: Corner = [tenths((from[0] + to[0]) / 2), tenths((from[1] + to[1]) / 2)];
  return [...corners.slice(0, index + 1), middle, ...corners.slice(index + 1)];
}

/** A sector to begin with, as a curved probe draws one: narrow and level above, round below. */
export function firstSector(box: Box): Corner[] {
  const { x0, y0, x1, y1 } = box;
  const part = (x: number, y: number): Corner => [
    tenths(x0 + widthOf(box) * x),
    tenths(y0 + (y1 - y0) * y),
  ];
  return [
    part(0.35, 0),
    part(0.65, 0),
    [x1, tenths(y0 + (y1 - y0) * 0.72)],
    part(0.78, 0.93),
    part(0.5, 1),
    part(0.22, 0.93),
    [x0, tenths(y0 + (y1 - y0) * 0.72)],
  ];
}
