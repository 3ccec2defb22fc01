/**
 * Paths that follow edges: intelligent scissors on the grey values of one frame (Mortensen and
 * Barrett, "Intelligent scissors for image composition", 1995).
 *
 * A step onto a pixel costs little where the smoothed gradient is strong. From one seed the cheapest
 * paths are found outwards, ring by ring of equal cost, and only as far as they are asked for, so a
 * path to where the pointer is next costs only the part of the picture not yet seen.
 */

import type { Point } from "./shapes";

/** How far from its seed a path may lead, in pixels to each side. */
export const WIRE_REACH = 160;
const FLAT = 100;
/** Added beside the crest of an edge, so that a path keeps to the crest and cuts no corner. */
const OFF_CREST = 30;
const MOST_COST = 1 + FLAT + OFF_CREST;
const DIAGONAL = Math.SQRT2;
// a gradient of this share of the strongest ones counts as a full edge
const STRONG = 0.97;

/** Step cost of each pixel, 1 on the crest of the strongest edges to MOST_COST in even places. */
export function edgeCosts(gray: Uint8Array, width: number, height: number): Uint8Array {
  const smooth = boxed(boxed(gray, width, height), width, height);
  const strength = new Float32Array(width * height);
  const across = new Int32Array(width * height);
  const histogram = new Uint32Array(1024);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const at = (offset: number) => smooth[i + offset] as number;
      const gx =
        at(1 - width) + 2 * at(1) + at(1 + width) - at(-1 - width) - 2 * at(-1) - at(width - 1);
      const gy =
        at(width - 1) +
        2 * at(width) +
        at(width + 1) -
        at(-width - 1) -
        2 * at(-width) -
        at(1 - width);
      const length = Math.sqrt(gx * gx + gy * gy);
      strength[i] = length;
      across[i] = neighbourAlong(gx, gy, width);
      const bin = Math.min(length, 1023) | 0;
      histogram[bin] = (histogram[bin] as number) + 1;
    }
  }
  let rest = (width * height * (1 - STRONG)) | 0;
  let full = 1023;
  while (full > 8 && rest >= (histogram[full] as number)) rest -= histogram[full--] as number;
  const costs = new Uint8Array(width * height);
  for (let i = 0; i < costs.length; i++) {
    const weak = 1 - Math.min((strength[i] as number) / full, 1);
    const own = strength[i] as number;
    const step = across[i] as number;
    const isCrest =
      step !== 0 && own >= (strength[i - step] as number) && own >= (strength[i + step] as number);
    costs[i] = 1 + Math.round(FLAT * weak * weak) + (isCrest ? 0 : OFF_CREST);
  }
  return costs;
}

/** The step to the neighbour, of eight, that the gradient points at. */
function neighbourAlong(gx: number, gy: number, width: number): number {
  // tan 22.5 degrees parts straight from diagonal
  const isFlat = Math.abs(gy) < 0.4142 * Math.abs(gx);
  const isSteep = Math.abs(gx) < 0.4142 * Math.abs(gy);
  if (isFlat) return 1;
  if (isSteep) return width;
  return gx * gy > 0 ? width + 1 : width - 1;
}

/** The mean of each 3 x 3 neighbourhood, in two passes; the border repeats. */
function boxed(values: ArrayLike<number>, width: number, height: number): Float32Array {
  const rows = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const left = values[x > 0 ? i - 1 : i] as number;
      const right = values[x < width - 1 ? i + 1 : i] as number;
      rows[i] = (left + (values[i] as number) + right) / 3;
    }
  }
  const out = new Float32Array(width * height);
  for (let i = 0; i < out.length; i++) {
    const above = rows[i >= width ? i - width : i] as number;
    const below = rows[i + width < out.length ? i + width : i] as number;
    out[i] = (above + (rows[i] as number) + below) / 3;
  }
  return out;
}

/** All cheapest paths from one pixel, found as they are asked for. */
export class LiveWire {
  private readonly left: number;
  private readonly top: number;
  private readonly side: number;
  private readonly rows: number;
  private readonly cost: Float64Array;
  private readonly from: Int32Array;
  private readonly isDone: Uint8Array;
  /** Pixels by whole cost, modulo the number of buckets: a step never costs more than that. */
  private readonly buckets: number[][];
  private level = 0;
  private waiting = 0;

  constructor(
    private readonly costs: Uint8Array,
    private readonly width: number,
    height: number,
    readonly seed: Point,
  ) {
    const column = Math.min(Math.max(Math.floor(seed[0]), 0), width - 1);
    const row = Math.min(Math.max(Math.floor(seed[1]), 0), height - 1);
    this.left = Math.max(column - WIRE_REACH, 0);
    this.top = Math.max(row - WIRE_REACH, 0);
    this.side = Math.min(column + WIRE_REACH + 1, width) - this.left;
    this.rows = Math.min(row + WIRE_REACH + 1, height) - this.top;
    const size = this.side * this.rows;
    this.cost = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.from = new Int32Array(size).fill(-1);
    this.isDone = new Uint8Array(size);
    this.buckets = Array.from({ length: Math.ceil(MOST_COST * DIAGONAL) + 2 }, () => []);
    this.put((row - this.top) * this.side + column - this.left, 0, -1);
  }

  /** Pixel centres from the seed to the place nearest to `to` within reach, both included. */
  path(to: Point): Point[] {
    const column = Math.min(Math.max(Math.floor(to[0]) - this.left, 0), this.side - 1);
    const row = Math.min(Math.max(Math.floor(to[1]) - this.top, 0), this.rows - 1);
    const goal = row * this.side + column;
    this.search(goal);
    const points: Point[] = [];
    for (let at = goal; at >= 0; at = this.from[at] as number) {
      const x = at % this.side;
      points.push([x + this.left + 0.5, (at - x) / this.side + this.top + 0.5]);
    }
    return points.reverse();
  }

  private put(at: number, cost: number, from: number): void {
    this.cost[at] = cost;
    this.from[at] = from;
    (this.buckets[Math.floor(cost) % this.buckets.length] as number[]).push(at);
    this.waiting += 1;
  }

  private search(goal: number): void {
    const { side, rows, cost, isDone, costs, width } = this;
    while (isDone[goal] === 0 && this.waiting > 0) {
      const bucket = this.buckets[this.level % this.buckets.length] as number[];
      const at = bucket.pop();
      if (at === undefined) {
        this.level += 1;
        continue;
      }
      this.waiting -= 1;
      if (isDone[at] === 1) continue;
      isDone[at] = 1;
      const x = at % side;
      const y = (at - x) / side;
      const own = cost[at] as number;
      for (let stepY = -1; stepY <= 1; stepY++) {
        for (let stepX = -1; stepX <= 1; stepX++) {
          const [nextX, nextY] = [x + stepX, y + stepY];
          if (nextX < 0 || nextY < 0 || nextX >= side || nextY >= rows) continue;
          const next = nextY * side + nextX;
          if (isDone[next] === 1) continue;
          const step = costs[(nextY + this.top) * width + nextX + this.left] as number;
          const total = own + (stepX !== 0 && stepY !== 0 ? step * DIAGONAL : step);
          if (total < (cost[next] as number)) this.put(next, total, at);
        }
      }
    }
  }
}
