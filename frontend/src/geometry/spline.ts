/**
 * From control points to the outline that everything else is computed on.
 *
 * The outline of a contour is a closed polyline whose vertices lie on a grid of 1/256 pixel, held
 * as whole numbers, so rasterising it is exact and moving every control point by whole pixels moves
 * the mask by exactly that much. The spline is the closed centripetal Catmull-Rom curve (Yuksel,
 * Schaefer and Keyser, "Parameterization and applications of Catmull-Rom curves", 2011).
 *
 * Only +, -, *, /, sqrt and floor are used, in the order of `annotation/geometry/spline.py`: IEEE
 * 754 rounds each of them correctly, so both languages agree bit for bit.
 */

import type { Contour } from "./shapes";

export const GRID = 256;
// products of two grid coordinates must stay below 2**53
export const MAX_GRID = 2 ** 17 * GRID;
const MIN_STEPS = 4;
const MAX_STEPS = 96;

/**
 * A closed polyline; segment i runs from vertex i to vertex i + 1, the last one to vertex 0.
 *
 * `x` and `y` are whole numbers of 1/256 pixel, no two neighbours equal. `spans` names the
 * control-point segment each polyline segment lies on, and `parameters` where on it, in [0, 1), the
 * segment begins.
 */
export interface Outline {
  readonly length: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly spans: Int32Array;
  readonly parameters: Float64Array;
}

const kept = new WeakMap<Contour, Outline>();

/** Pixels to the nearest 1/256 pixel, halves upwards, as a whole number. */
export function snapped(pixels: number): number {
  return clampedToGrid(Math.floor(pixels * GRID + 0.5));
}

function clampedToGrid(value: number): number {
  return Math.min(Math.max(value, -MAX_GRID), MAX_GRID);
}

/**
 * Flatten a contour.
 *
 * Repeated neighbouring points count once. Fewer than three different ones give just those points,
 * for spline and polygon alike. A spline span with chord length c (pixels) becomes ceil(3 sqrt(c))
 * equal parameter steps, at least 4 and at most 96. Neither the start point nor the direction of the
 * control points changes the set of vertices: each span is evaluated from the end that comes first
 * by (x, y).
 */
export function outline(contour: Contour): Outline {
  let line = kept.get(contour);
  if (line === undefined) {
    line = flattened(contour);
    kept.set(contour, line);
  }
  return line;
}

function flattened(contour: Contour): Outline {
  const n = contour.points.length;
  const all = newVertices(n);
  contour.points.forEach(([x, y], i) => {
    all.push(snapped(x), snapped(y), i, 0);
  });
  const points = all.withoutRepeats();
  if (points.length === 0 && n > 0) return { ...all.taken(1) };
  if (contour.kind === "polygon" || points.length < 3) return points;
  return spline(points);
}

function spline(points: Outline): Outline {
  const n = points.length;
  const { x, y } = points;
  const knot = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const next = i + 1 < n ? i + 1 : 0;
    const dx = ((x[next] as number) - (x[i] as number)) / GRID;
    const dy = ((y[next] as number) - (y[i] as number)) / GRID;
    // the square root of the chord: the centripetal knot spacing, alpha = 1/2
    knot[i] = Math.sqrt(Math.sqrt(dx * dx + dy * dy));
    total += stepsFor(knot[i] as number);
  }
  const vertices = newVertices(total);
  for (let i = 0; i < n; i++) {
    const before = (i + n - 1) % n;
    const next = (i + 1) % n;
    const after = (i + 2) % n;
    const flip =
      (x[i] as number) > (x[next] as number) ||
      (x[i] === x[next] && (y[i] as number) > (y[next] as number));
    const [p0, p1, p2, p3] = flip ? [after, next, i, before] : [before, i, next, after];
    const d0 = knot[flip ? next : before] as number;
    const d1 = knot[i] as number;
    const d2 = knot[flip ? before : next] as number;
    const curveX = hermite(x, p0, p1, p2, p3, d0, d1, d2);
    const curveY = hermite(y, p0, p1, p2, p3, d0, d1, d2);
    const steps = stepsFor(d1);
    for (let step = 0; step < steps; step++) {
      const u = (flip ? steps - step : step) / steps;
      vertices.push(
        clampedToGrid((x[p1] as number) + Math.floor(curveX(u) * GRID + 0.5)),
        clampedToGrid((y[p1] as number) + Math.floor(curveY(u) * GRID + 0.5)),
        points.spans[i] as number,
        step / steps,
      );
    }
  }
  return vertices.withoutRepeats();
}

function stepsFor(knot: number): number {
  return Math.min(Math.max(Math.ceil(3 * knot), MIN_STEPS), MAX_STEPS);
}

/**
 * The curve from p1 (u = 0) to p2 (u = 1) less p1, along one axis. The tangents are those of the
 * Barry-Goldman pyramid at its two middle knots, scaled to the unit interval.
 */
function hermite(
  axis: Float64Array,
  p0: number,
  p1: number,
  p2: number,
  p3: number,
  d0: number,
  d1: number,
  d2: number,
): (u: number) => number {
  const c0 = axis[p0] as number;
  const c1 = axis[p1] as number;
  const c2 = axis[p2] as number;
  const c3 = axis[p3] as number;
  const before = (c1 - c0) / GRID;
  const chord = (c2 - c1) / GRID;
  const after = (c3 - c2) / GRID;
  const slope = chord / d1;
  const m1 = d1 * (before / d0 - (c2 - c0) / GRID / (d0 + d1) + slope);
  const m2 = d1 * (slope - (c3 - c1) / GRID / (d1 + d2) + after / d2);
  const cubic = m1 + m2 - 2 * chord;
  const square = 3 * chord - 2 * m1 - m2;
  return (u) => ((cubic * u + square) * u + m1) * u;
}

interface Vertices {
  push(x: number, y: number, span: number, parameter: number): void;
  taken(length: number): Outline;
  withoutRepeats(): Outline;
}

function newVertices(capacity: number): Vertices {
  const x = new Float64Array(capacity);
  const y = new Float64Array(capacity);
  const spans = new Int32Array(capacity);
  const parameters = new Float64Array(capacity);
  let length = 0;
  const taken = (count: number): Outline => ({
    length: count,
    x: x.subarray(0, count),
    y: y.subarray(0, count),
    spans: spans.subarray(0, count),
    parameters: parameters.subarray(0, count),
  });
  return {
    push(px, py, span, parameter) {
      x[length] = px;
      y[length] = py;
      spans[length] = span;
      parameters[length] = parameter;
      length += 1;
    },
    taken,
    withoutRepeats() {
      const firstX = x[0];
      const firstY = y[0];
      let count = 0;
      for (let i = 0; i < length; i++) {
        const last = i + 1 === length;
        if (x[i] === (last ? firstX : x[i + 1]) && y[i] === (last ? firstY : y[i + 1])) continue;
        x[count] = x[i] as number;
        y[count] = y[i] as number;
        spans[count] = spans[i] as number;
        parameters[count] = parameters[i] as number;
        count += 1;
      }
      return taken(count);
    },
  };
}
