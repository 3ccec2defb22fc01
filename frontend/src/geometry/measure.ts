/** Areas, centres, boxes, and where a pointer lies on a contour. Pixels throughout. */

import { denseFromMask, isEmptyMask, pixelCount, rowRuns } from "./rle";
import type { Contour, Mask, Point, Shape } from "./shapes";
import { GRID, outline, snapped } from "./spline";

/** Half-open box in pixels: left <= x < right, top <= y < bottom. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The place on a contour nearest to a given point. It lies on the segment from control point `span`
 * to the next, at `parameter` in [0, 1] of the curve's own parameter; a control point inserted there
 * belongs at index span + 1.
 */
export interface CurvePlace {
  readonly span: number;
  readonly parameter: number;
  readonly x: number;
  readonly y: number;
  readonly distance: number;
}

/**
 * Area in square pixels; the pixel count of a mask. Of a contour the absolute shoelace sum of its
 * outline, which is the even-odd area where the contour does not cross itself.
 */
export function area(shape: Shape): number {
  if (shape.kind === "absent") return 0;
  if (shape.kind === "mask") return pixelCount(shape);
  return Math.abs(moments(outlinePoints(shape)).doubled) / 2;
}

/**
 * Centre of gravity, or null where there is no pixel or point. Of a contour without area the mean
 * of the outline's vertices.
 */
export function centroid(shape: Shape): Point | null {
  if (shape.kind === "absent") return null;
  if (shape.kind === "mask") return maskCentroid(shape);
  const points = outlinePoints(shape);
  const origin = points[0];
  if (origin === undefined) return null;
  const { x, y, doubled } = moments(points);
  if (doubled !== 0) return [origin[0] + x / (3 * doubled), origin[1] + y / (3 * doubled)];
  let sumX = 0;
  let sumY = 0;
  for (const [px, py] of points) {
    sumX += px - origin[0];
    sumY += py - origin[1];
  }
  return [origin[0] + sumX / points.length, origin[1] + sumY / points.length];
}

function maskCentroid(mask: Mask): Point | null {
  const { rows, starts, stops } = rowRuns(mask);
  let n = 0;
  let twiceX = 0;
  let twiceY = 0;
  for (let i = 0; i < rows.length; i++) {
    const length = (stops[i] as number) - (starts[i] as number);
    n += length;
    twiceX += length * ((starts[i] as number) + (stops[i] as number));
    twiceY += length * (2 * (rows[i] as number) + 1);
  }
  return n === 0 ? null : [twiceX / (2 * n), twiceY / (2 * n)];
}

/** The smallest box around a mask's pixels or a contour's outline; null where there is none. */
export function boundingBox(shape: Shape): Box | null {
  if (shape.kind === "absent") return null;
  if (shape.kind === "mask") {
    if (isEmptyMask(shape)) return null;
    const { x, y, width, height } = shape;
    return { left: x, top: y, right: x + width, bottom: y + height };
  }
  const points = outlinePoints(shape);
  if (points.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { left, top, right, bottom };
}

/** Length of a contour's outline, or the number of pixel sides on a mask's border. */
export function perimeter(shape: Shape): number {
  if (shape.kind === "absent") return 0;
  if (shape.kind === "mask") return maskPerimeter(shape);
  const points = outlinePoints(shape);
  if (points.length < 2) return 0;
  let length = 0;
  points.forEach(([x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length] as Point;
    const [dx, dy] = [nextX - x, nextY - y];
    length += Math.sqrt(dx * dx + dy * dy);
  });
  return length;
}

function maskPerimeter(mask: Mask): number {
  const width = mask.width + 2;
  const height = mask.height + 2;
  const dense = denseFromMask(mask, width, height, mask.x - 1, mask.y - 1);
  let sides = 0;
  for (let i = 0; i < dense.length; i++) {
    // the margin is background, so a row's last and the next row's first pixel never differ
    if (i + 1 < dense.length && dense[i] !== dense[i + 1]) sides += 1;
    if (i + width < dense.length && dense[i] !== dense[i + width]) sides += 1;
  }
  return sides;
}

/** Whether a shape covers a point, by the rule that decides about pixel centres. */
export function contains(shape: Shape, x: number, y: number): boolean {
  if (shape.kind === "absent") return false;
  if (shape.kind === "mask") {
    const column = Math.floor(x) - shape.x;
    const row = Math.floor(y) - shape.y;
    if (column < 0 || column >= shape.width || row < 0 || row >= shape.height) return false;
    let left = row * shape.width + column;
    let index = 0;
    while (left >= (shape.counts[index] as number)) {
      left -= shape.counts[index] as number;
      index += 1;
    }
    return index % 2 === 1;
  }
  const [px, py] = [snapped(x), snapped(y)];
  const { length, x: xs, y: ys } = outline(shape);
  let inside = false;
  for (let i = 0; i < length; i++) {
    const next = i + 1 < length ? i + 1 : 0;
    const downwards = (ys[i] as number) <= (ys[next] as number);
    const upper = downwards ? i : next;
    const lower = downwards ? next : i;
    const [x0, y0] = [xs[upper] as number, ys[upper] as number];
    const dx = (xs[lower] as number) - x0;
    const dy = (ys[lower] as number) - y0;
    if (y0 <= py && py < y0 + dy && x0 * dy + (py - y0) * dx <= px * dy) inside = !inside;
  }
  return inside;
}

/**
 * The place on a contour's outline nearest to (x, y); null where it has no points. Of equally near
 * places the first along the outline.
 */
export function nearestOnContour(contour: Contour, x: number, y: number): CurvePlace | null {
  const { spans, parameters } = outline(contour);
  const points = outlinePoints(contour);
  let nearest: CurvePlace | null = null;
  let least = Infinity;
  points.forEach(([startX, startY], i) => {
    const following = (i + 1) % points.length;
    const [endX, endY] = points[following] as Point;
    const [stepX, stepY] = [endX - startX, endY - startY];
    const along = (x - startX) * stepX + (y - startY) * stepY;
    const square = stepX * stepX + stepY * stepY;
    // only a lone point has a segment without length
    const part = Math.min(Math.max(along / (square > 0 ? square : 1), 0), 1);
    const [placeX, placeY] = [startX + part * stepX, startY + part * stepY];
    const gap = (x - placeX) * (x - placeX) + (y - placeY) * (y - placeY);
    if (gap >= least) return;
    least = gap;
    const begin = parameters[i] as number;
    const sameSpan = following > 0 && spans[following] === spans[i];
    const end = sameSpan ? (parameters[following] as number) : 1;
    nearest = {
      span: spans[i] as number,
      parameter: begin + part * (end - begin),
      x: placeX,
      y: placeY,
      distance: Math.sqrt(gap),
    };
  });
  return nearest;
}

/** The flattened contour in pixels, closed from its last point to its first; for drawing too. */
export function outlinePoints(contour: Contour): Point[] {
  const { length, x, y } = outline(contour);
  return Array.from(
    { length },
    (_, i): Point => [(x[i] as number) / GRID, (y[i] as number) / GRID],
  );
}

/** Six times the first moments about the first point, and twice the signed area. */
function moments(points: readonly Point[]): { x: number; y: number; doubled: number } {
  const total = { x: 0, y: 0, doubled: 0 };
  const origin = points[0];
  if (origin === undefined || points.length < 3) return total;
  points.forEach((point, i) => {
    const next = points[(i + 1) % points.length] as Point;
    const [x0, y0] = [point[0] - origin[0], point[1] - origin[1]];
    const [x1, y1] = [next[0] - origin[0], next[1] - origin[1]];
    const cross = x0 * y1 - x1 * y0;
    total.x += (x0 + x1) * cross;
    total.y += (y0 + y1) * cross;
    total.doubled += cross;
  });
  return total;
}
