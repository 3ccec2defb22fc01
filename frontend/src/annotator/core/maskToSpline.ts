import {
  type Contour,
  contour,
  GRID,
  type Mask,
  type Outline,
  outline,
  outlinePoints,
  type Point,
} from "../../geometry";
import { maskOutline } from "./maskOutline";

/** How far, in pixels, an editable contour may lie from the shape it was made from. */
export const TOLERANCE = 1;
/** Specks smaller than this many square pixels are not worth a contour of their own. */
const LEAST_AREA = 16;
/** A polygon with more points was interpolated, not clicked. */
const MANY_POINTS = 60;

const simplified = new WeakMap<Contour, Contour>();

/**
 * Closed splines an expert can edit, one for each connected part of a mask, largest first; holes
 * are filled. Every place of the part's smoothed border lies within `tolerance` pixels of its spline.
 */
export function splinesFromMask(mask: Mask, tolerance = TOLERANCE): Contour[] {
  const parts = maskOutline(mask)
    .map((ring) => ({ ring, area: signedArea(ring) }))
    .filter(({ area }) => area > 0)
    .sort((a, b) => b.area - a.area);
  const largest = parts[0];
  if (largest === undefined) return [];
  const least = Math.min(LEAST_AREA, largest.area);
  return parts
    .filter(({ area }) => area >= least)
    .map(({ ring }) => splineThrough(sideMiddles(ring), tolerance));
}

/** A spline for an interpolated contour, which has far more points than a person wants to drag. */
export function editable(shape: Contour): Contour {
  if (shape.kind === "spline" || shape.points.length <= MANY_POINTS) return shape;
  let spline = simplified.get(shape);
  if (spline === undefined) {
    spline = splineThrough(outlinePoints(shape), TOLERANCE / 2);
    simplified.set(shape, spline);
  }
  return spline;
}

/**
 * Add the place that is furthest off until none is further off than `tolerance`. Starts from four
 * places spread along the border, so that the first curves are already round.
 */
export function splineThrough(border: readonly Point[], tolerance: number): Contour {
  const n = border.length;
  if (n <= 4) return contour("spline", border);
  let chosen = [0, 1, 2, 3].map((quarter) => Math.floor((quarter * n) / 4));
  const curveOf = () =>
    contour(
      "spline",
      chosen.map((index) => border[index] as Point),
    );
  let curve = curveOf();
  while (chosen.length < Math.min(n, 400)) {
    const added = furthestOff(border, chosen, curve, tolerance);
    if (added.length === 0) break;
    chosen = [...chosen, ...added].sort((a, b) => a - b);
    curve = curveOf();
  }
  return curve;
}

/** For each stretch between chosen places that strays too far, its worst place. */
function furthestOff(
  border: readonly Point[],
  chosen: readonly number[],
  curve: Contour,
  tolerance: number,
): number[] {
  const line = outline(curve);
  const begins = spanBegins(line, chosen.length);
  const added: number[] = [];
  chosen.forEach((start, i) => {
    const stop = chosen[i + 1] ?? border.length + (chosen[0] as number);
    let worst = -1;
    let worstSquare = (tolerance * GRID) ** 2;
    for (let at = start + 1; at < stop; at++) {
      const index = at % border.length;
      const place = border[index] as Point;
      // only the stretch's own span is looked at: never nearer than the whole curve
      const square = squareToSpan(line, begins[i] as number, begins[i + 1] as number, place);
      if (square > worstSquare) [worst, worstSquare] = [index, square];
    }
    if (worst >= 0) added.push(worst);
  });
  return added;
}

/** Where in the outline each control point's span begins; one more for the end. */
function spanBegins({ spans, length }: Outline, count: number): number[] {
  const begins: number[] = [];
  let at = 0;
  for (let span = 0; span < count; span++) {
    while (at < length && (spans[at] as number) < span) at++;
    begins.push(at);
  }
  return [...begins, length];
}

/** Squared distance in 1/256 pixel from a place in pixels to segments begin..end-1. */
function squareToSpan(line: Outline, begin: number, end: number, place: Point): number {
  const [px, py] = [place[0] * GRID, place[1] * GRID];
  let least = Number.POSITIVE_INFINITY;
  for (let i = begin; i < end; i++) {
    const next = i + 1 < line.length ? i + 1 : 0;
    const x = line.x[i] as number;
    const y = line.y[i] as number;
    const dx = (line.x[next] as number) - x;
    const dy = (line.y[next] as number) - y;
    const along = ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy);
    const part = Math.min(Math.max(along, 0), 1);
    const offX = x + part * dx - px;
    const offY = y + part * dy - py;
    const square = offX * offX + offY * offY;
    if (square < least) least = square;
  }
  return least;
}

/** The middles of a ring's unit sides: a border without the staircase of pixels. */
export function sideMiddles(ring: readonly Point[]): Point[] {
  const middles: Point[] = [];
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Point;
    const length = Math.abs(nextX - x) + Math.abs(nextY - y);
    const [dx, dy] = [(nextX - x) / length, (nextY - y) / length];
    for (let step = 0; step < length; step++) {
      middles.push([x + (step + 0.5) * dx, y + (step + 0.5) * dy]);
    }
  });
  return middles;
}

/** Positive for the outer rings of `maskOutline`. */
function signedArea(ring: readonly Point[]): number {
  let doubled = 0;
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Point;
    doubled += x * nextY - nextX * y;
  });
  return doubled / 2;
}
