import type { Point } from "../../geometry";

/** Nearer than this two clicks say nothing about a scale. */
const NEAREST_PIXELS = 5;

/** Microns a pixel when two places lie so many millimetres apart; null when that says nothing. */
export function micronsPerPixelOf(
  [from, to]: readonly [Point, Point],
  millimetres: number,
): number | null {
  const pixels = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (pixels < NEAREST_PIXELS || !(millimetres > 0)) return null;
  return (millimetres * 1000) / pixels;
}
