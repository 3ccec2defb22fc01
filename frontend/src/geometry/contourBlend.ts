/**
 * One closed contour turning into another.
 *
 * The two outlines are read at the same fractions of their length, with the same orientation and
 * the start of one turned to match the other, so where and in which direction a person began to
 * draw makes no difference. The rules are those of `annotation/geometry/contour_blend.py`.
 */

import { type Contour, MAX_POINTS, type Point } from "./shapes";
import { GRID, type Outline, outline } from "./spline";

const ALIGNMENT_SAMPLES = 128;
// alignment works in 1/16 pixel, so that its sums of products stay exact
const ALIGNMENT_GRID = 16;

/** Two outlines read at common places, in 1/256 pixel. */
export interface ContourBlend {
  readonly first: Readings;
  readonly second: Readings;
  readonly uncertain: readonly boolean[];
}

interface Readings {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** The segment of the ring each reading lies on. */
  readonly segments: Int32Array;
}

/** An outline from its first vertex by (y, x), with positive signed area. */
interface Ring {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** m + 1 fractions of the whole length, from 0 to 1. */
  readonly fractions: Float64Array;
  readonly uncertain: readonly boolean[];
}

/**
 * Prepare the way from `a` to `b`; null when either has fewer than three different points.
 *
 * The start of `b` is the one, of 128 evenly spaced, that makes the sum of squared distances
 * between corresponding points least; of equals the least turn. Every vertex of both outlines has
 * its place on the result, so corners stay corners; beyond 2000 places it is read at 2000 even ones.
 */
export function blendContours(a: Contour, b: Contour): ContourBlend | null {
  const [lineA, lineB] = [outline(a), outline(b)];
  if (Math.min(lineA.length, lineB.length) < 3) return null;
  const ringA = ringOf(lineA, a.uncertain);
  const ringB = ringOf(lineB, b.uncertain);
  const turn = bestTurn(ringA, ringB) / ALIGNMENT_SAMPLES;
  const together = new Float64Array(lineA.length + lineB.length);
  together.set(ringA.fractions.subarray(0, lineA.length));
  for (let i = 0; i < lineB.length; i++) {
    together[lineA.length + i] = wrapped((ringB.fractions[i] as number) - turn);
  }
  together.sort();
  let places = together.filter((place, i) => i === 0 || place !== together[i - 1]);
  if (places.length > MAX_POINTS) places = evenPlaces(MAX_POINTS);
  const first = read(ringA, places);
  const second = read(
    ringB,
    places.map((place) => wrapped(place + turn)),
  );
  const uncertain = Array.from(
    places,
    (_, i) =>
      (ringA.uncertain[first.segments[i] as number] as boolean) ||
      (ringB.uncertain[second.segments[i] as number] as boolean),
  );
  return { first, second, uncertain };
}

/**
 * The polygon `step` of `steps` equal steps on the way. Vertices move on straight lines and are
 * rounded to 1/256 pixel.
 */
export function blendedContour(blend: ContourBlend, step: number, steps: number): Contour {
  const { first, second, uncertain } = blend;
  const points: Point[] = new Array(uncertain.length);
  for (let i = 0; i < points.length; i++) {
    const x = ((first.x[i] as number) * (steps - step) + (second.x[i] as number) * step) / steps;
    const y = ((first.y[i] as number) * (steps - step) + (second.y[i] as number) * step) / steps;
    points[i] = [Math.floor(x + 0.5) / GRID, Math.floor(y + 0.5) / GRID];
  }
  return { kind: "polygon", points, uncertain };
}

function evenPlaces(n: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: n }, (_, i) => i / n);
}

function ringOf(line: Outline, uncertainSpans: readonly boolean[]): Ring {
  const m = line.length;
  const order = canonicalOrder(line);
  const forwards = ((order[1] as number) - (order[0] as number) + m) % m === 1;
  const x = new Float64Array(m);
  const y = new Float64Array(m);
  const uncertain: boolean[] = [];
  for (let i = 0; i < m; i++) {
    const vertex = order[i] as number;
    x[i] = line.x[vertex] as number;
    y[i] = line.y[vertex] as number;
    const segment = forwards ? vertex : (order[(i + 1) % m] as number);
    uncertain.push(uncertainSpans[line.spans[segment] as number] as boolean);
  }
  const fractions = new Float64Array(m + 1);
  let travelled = 0;
  for (let i = 0; i < m; i++) {
    const dx = (x[(i + 1) % m] as number) - (x[i] as number);
    const dy = (y[(i + 1) % m] as number) - (y[i] as number);
    travelled += Math.sqrt(dx * dx + dy * dy);
    fractions[i + 1] = travelled;
  }
  for (let i = 1; i <= m; i++) fractions[i] = (fractions[i] as number) / travelled;
  return { x, y, fractions, uncertain };
}

function canonicalOrder({ length: m, x, y }: Outline): Int32Array {
  let starts: number[] = [];
  for (let i = 0; i < m; i++) {
    const best = starts[0];
    const above =
      best === undefined
        ? -1
        : (y[i] as number) - (y[best] as number) || (x[i] as number) - (x[best] as number);
    if (above < 0) starts = [i];
    else if (above === 0) starts.push(i);
  }
  const originX = x[starts[0] as number] as number;
  const originY = y[starts[0] as number] as number;
  let twiceArea = 0;
  for (let i = 0; i < m; i++) {
    const next = i + 1 < m ? i + 1 : 0;
    twiceArea +=
      ((x[i] as number) - originX) * ((y[next] as number) - originY) -
      ((x[next] as number) - originX) * ((y[i] as number) - originY);
  }
  const directions = twiceArea > 0 ? [1] : twiceArea < 0 ? [m - 1] : [1, m - 1];
  // a contour may touch itself at its first vertex, or have no area: then the vertices decide
  const comesBefore = (a: Int32Array, b: Int32Array): boolean => {
    for (let i = 0; i < m; i++) {
      const [va, vb] = [a[i] as number, b[i] as number];
      const order = (x[va] as number) - (x[vb] as number) || (y[va] as number) - (y[vb] as number);
      if (order !== 0) return order < 0;
    }
    return false;
  };
  let best: Int32Array | undefined;
  for (const start of starts) {
    for (const direction of directions) {
      const order = Int32Array.from({ length: m }, (_, i) => (start + direction * i) % m);
      if (best === undefined || comesBefore(order, best)) best = order;
    }
  }
  return best as Int32Array;
}

function wrapped(fraction: number): number {
  const lifted = fraction < 0 ? fraction + 1 : fraction;
  return lifted >= 1 ? lifted - 1 : lifted;
}

/** Positions at fractions in [0, 1) of the length. */
function read(ring: Ring, places: Float64Array): Readings {
  const m = ring.x.length;
  const x = new Float64Array(places.length);
  const y = new Float64Array(places.length);
  const segments = new Int32Array(places.length);
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    const segment = lastAtOrBefore(ring.fractions, place);
    const begin = ring.fractions[segment] as number;
    const part = (place - begin) / ((ring.fractions[segment + 1] as number) - begin);
    const next = segment + 1 < m ? segment + 1 : 0;
    const startX = ring.x[segment] as number;
    const startY = ring.y[segment] as number;
    x[i] = startX + part * ((ring.x[next] as number) - startX);
    y[i] = startY + part * ((ring.y[next] as number) - startY);
    segments[i] = segment;
  }
  return { x, y, segments };
}

function lastAtOrBefore(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How many of the even steps the start of `b` goes forward to match the start of `a`. */
function bestTurn(a: Ring, b: Ring): number {
  const n = ALIGNMENT_SAMPLES;
  const places = evenPlaces(n);
  const coarse = (values: Float64Array) =>
    values.map((value) => Math.floor(value / (GRID / ALIGNMENT_GRID) + 0.5));
  const readA = read(a, places);
  const readB = read(b, places);
  const [ax, ay, bx, by] = [readA.x, readA.y, readB.x, readB.y].map(coarse) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let best = 0;
  let bestMatch = -Infinity;
  for (let turn = 0; turn < n; turn++) {
    // |a - b|^2 = |a|^2 + |b|^2 - 2 ab: the least distance is the greatest product
    let match = 0;
    for (let i = 0; i < n; i++) {
      const j = (i + turn) % n;
      match += (ax[i] as number) * (bx[j] as number) + (ay[i] as number) * (by[j] as number);
    }
    const nearer = match === bestMatch && Math.min(turn, n - turn) < Math.min(best, n - best);
    if (match > bestMatch || nearer) {
      best = turn;
      bestMatch = match;
    }
  }
  return best;
}
