/** A closed contour pushed, smoothed and kept evenly dense. Pixels throughout. */

import { type Contour, contour, MAX_POINTS, type Point } from "./shapes";
import { GRID, outline } from "./spline";

/** A closed ring of points; `uncertain[i]` marks the segment from point i on. */
export interface Ring {
  readonly points: readonly Point[];
  readonly uncertain: readonly boolean[];
}

/**
 * The ring after the pointer went from one place to another: points within `radius` of where it
 * came from go along by (1 - (d / radius)^2)^2 of the way, the rest stay exactly where they are.
 */
export function pushed(ring: Ring, from: Point, to: Point, radius: number): Ring {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const points = ring.points.map((point): Point => {
    const square = (point[0] - from[0]) ** 2 + (point[1] - from[1]) ** 2;
    if (square >= radius * radius) return point;
    const weight = (1 - square / (radius * radius)) ** 2;
    return [point[0] + weight * dx, point[1] + weight * dy];
  });
  return { points, uncertain: ring.uncertain };
}

/**
 * The ring with points added where the curve between two is longer than `spacing` and taken away
 * where two are nearer than a third of it, within `radius` of `at` only. Added points lie on the
 * curve of the given kind; a segment made of two is uncertain when either was.
 */
export function respaced(
  ring: Ring,
  kind: Contour["kind"],
  at: Point,
  radius: number,
  spacing: number,
): Ring {
  const isNear = ([x, y]: Point) => (x - at[0]) ** 2 + (y - at[1]) ** 2 < radius * radius;
  const kept = thinned(ring, isNear, spacing / 3);
  const spans = spansOf(contour(kind, kept.points, kept.uncertain));
  const points: Point[] = [];
  const uncertain: boolean[] = [];
  kept.points.forEach((point, i) => {
    const next = kept.points[(i + 1) % kept.points.length] as Point;
    const flag = kept.uncertain[i] as boolean;
    points.push(point);
    uncertain.push(flag);
    const line = [...(spans.get(i) ?? [point]), next];
    const length = lengthOf(line);
    const pieces = Math.ceil(length / spacing);
    for (let piece = 1; piece < pieces; piece++) {
      const place = placeAlong(line, (length * piece) / pieces);
      if (!isNear(place) || points.length + kept.points.length - i > MAX_POINTS) continue;
      points.push(place);
      uncertain.push(flag);
    }
  });
  return { points, uncertain };
}

/** Of near neighbours the second goes; never fewer than three points stay. */
function thinned(ring: Ring, isNear: (point: Point) => boolean, least: number): Ring {
  const points: Point[] = [];
  const uncertain: boolean[] = [];
  let spare = ring.points.length - 3;
  ring.points.forEach((point, i) => {
    const last = points.at(-1);
    const flag = ring.uncertain[i] as boolean;
    const isCrowded =
      last !== undefined &&
      isNear(point) &&
      Math.hypot(point[0] - last[0], point[1] - last[1]) < least;
    if (isCrowded && spare > 0) {
      spare -= 1;
      uncertain[uncertain.length - 1] ||= flag;
    } else {
      points.push(point);
      uncertain.push(flag);
    }
  });
  return { points, uncertain };
}

/** The vertices of the outline that lie on each span, in pixels. */
function spansOf(shape: Contour): Map<number, Point[]> {
  const spans = new Map<number, Point[]>();
  const line = outline(shape);
  for (let i = 0; i < line.length; i++) {
    const span = line.spans[i] as number;
    const place: Point = [(line.x[i] as number) / GRID, (line.y[i] as number) / GRID];
    const known = spans.get(span);
    if (known === undefined) spans.set(span, [place]);
    else known.push(place);
  }
  return spans;
}

function lengthOf(line: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < line.length; i++) length += gap(line, i);
  return length;
}

function placeAlong(line: readonly Point[], wanted: number): Point {
  let rest = wanted;
  for (let i = 1; i < line.length; i++) {
    const length = gap(line, i);
    if (rest <= length && length > 0) {
      const [a, b] = [line[i - 1] as Point, line[i] as Point];
      const part = rest / length;
      return [a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])];
    }
    rest -= length;
  }
  return line.at(-1) as Point;
}

function gap(line: readonly Point[], i: number): number {
  const [a, b] = [line[i - 1] as Point, line[i] as Point];
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}

// one step in and one out: wiggles go, the size stays
const SHRINK = 0.5;
const GROW = -0.53;

/**
 * The contour with its points evened out, as many as before (Taubin, "A signal processing approach
 * to fair surface design", 1995). With `only`, points further than two from that one stay.
 */
export function smoothed(shape: Contour, only: number | null = null, rounds = 2): Contour {
  const n = shape.points.length;
  if (n < 4) return shape;
  const isTouched = (i: number) => {
    const away = only === null ? 0 : Math.abs(i - only);
    return Math.min(away, n - away) <= 2;
  };
  let points: readonly Point[] = shape.points;
  for (let round = 0; round < 2 * rounds; round++) {
    const factor = round % 2 === 0 ? SHRINK : GROW;
    const before: readonly Point[] = points;
    points = before.map((point, i): Point => {
      if (!isTouched(i)) return point;
      const left = before[(i + n - 1) % n] as Point;
      const right = before[(i + 1) % n] as Point;
      return [
        point[0] + factor * ((left[0] + right[0]) / 2 - point[0]),
        point[1] + factor * ((left[1] + right[1]) / 2 - point[1]),
      ];
    });
  }
  return contour(shape.kind, points, shape.uncertain);
}
