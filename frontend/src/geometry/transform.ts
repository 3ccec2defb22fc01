/** Moving, turning and scaling shapes; ellipses. Pixels throughout. */

import { boundingBox } from "./measure";
import { denseFromMask, maskFromDense, translated } from "./rle";
import {
  type Contour,
  contour,
  EMPTY_MASK,
  isContour,
  MAX_MASK_PIXELS,
  type Mask,
  type Point,
} from "./shapes";

/** (x, y) becomes (a x + c y + e, b x + d y + f), as in a canvas. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export function placed({ a, b, c, d, e, f }: Affine, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

export function movedBy(dx: number, dy: number): Affine {
  return { a: 1, b: 0, c: 0, d: 1, e: dx, f: dy };
}

/** Clockwise on the screen about a centre, in radians. */
export function turnedBy(angle: number, [x, y]: Point): Affine {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return { a: cos, b: sin, c: -sin, d: cos, e: x - cos * x + sin * y, f: y - sin * x - cos * y };
}

/** About a place that stays where it is. */
export function scaledBy(scaleX: number, scaleY: number, [x, y]: Point): Affine {
  return { a: scaleX, b: 0, c: 0, d: scaleY, e: x - scaleX * x, f: y - scaleY * y };
}

function inverse({ a, b, c, d, e, f }: Affine): Affine | null {
  const area = a * d - b * c;
  if (Math.abs(area) < 1e-9) return null;
  return {
    a: d / area,
    b: -b / area,
    c: -c / area,
    d: a / area,
    e: (c * f - d * e) / area,
    f: (b * e - a * f) / area,
  };
}

/**
 * The shape under an affine map. Of a contour the points move; a mask moves exactly by whole
 * pixels, else each pixel takes what lies where its centre came from.
 */
export function transformed(shape: Contour | Mask, affine: Affine): Contour | Mask {
  if (isContour(shape)) {
    const points = shape.points.map((point) => placed(affine, point));
    return contour(shape.kind, points, shape.uncertain);
  }
  const { a, b, c, d, e, f } = affine;
  if (a === 1 && b === 0 && c === 0 && d === 1) {
    return translated(shape, Math.round(e), Math.round(f));
  }
  const box = boundingBox(shape);
  const back = inverse(affine);
  if (box === null || back === null) return EMPTY_MASK;
  const corners = [
    placed(affine, [box.left, box.top]),
    placed(affine, [box.right, box.top]),
    placed(affine, [box.left, box.bottom]),
    placed(affine, [box.right, box.bottom]),
  ];
  const left = Math.floor(Math.min(...corners.map(([x]) => x)));
  const top = Math.floor(Math.min(...corners.map(([, y]) => y)));
  const width = Math.ceil(Math.max(...corners.map(([x]) => x))) - left;
  const height = Math.ceil(Math.max(...corners.map(([, y]) => y))) - top;
  if (width * height > MAX_MASK_PIXELS) return shape;
  const [fromWidth, fromHeight] = [box.right - box.left, box.bottom - box.top];
  const source = denseFromMask(shape, fromWidth, fromHeight, box.left, box.top);
  const target = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = placed(back, [x + left + 0.5, y + top + 0.5]);
      const column = Math.floor(fromX) - box.left;
      const row = Math.floor(fromY) - box.top;
      if (column < 0 || row < 0 || column >= fromWidth || row >= fromHeight) continue;
      target[y * width + x] = source[row * fromWidth + column] as number;
    }
  }
  return maskFromDense(target, width, height, left, top);
}

/** Half axes in pixels; the first lies at `angle` radians, clockwise on the screen from rightwards. */
export interface Ellipse {
  readonly centre: Point;
  readonly first: number;
  readonly second: number;
  readonly angle: number;
}

/** The spline through this many places strays from the ellipse by less than 0.1 % of an axis. */
const ELLIPSE_POINTS = 16;

/** A closed spline along an ellipse; point 0 is the end of the first axis. */
export function ellipseContour({ centre, first, second, angle }: Ellipse): Contour {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const points = Array.from({ length: ELLIPSE_POINTS }, (_, i): Point => {
    const turn = (2 * Math.PI * i) / ELLIPSE_POINTS;
    const [u, v] = [first * Math.cos(turn), second * Math.sin(turn)];
    return [centre[0] + cos * u - sin * v, centre[1] + sin * u + cos * v];
  });
  return contour("spline", points);
}

/** The ellipse a contour was made from, or null when its points are not those of one. */
export function ellipseOf(shape: Contour | Mask): Ellipse | null {
  if (!isContour(shape) || shape.kind !== "spline") return null;
  if (shape.points.length !== ELLIPSE_POINTS) return null;
  const centre: Point = [
    shape.points.reduce((sum, [x]) => sum + x, 0) / ELLIPSE_POINTS,
    shape.points.reduce((sum, [, y]) => sum + y, 0) / ELLIPSE_POINTS,
  ];
  const [endX, endY] = shape.points[0] as Point;
  const [sideX, sideY] = shape.points[ELLIPSE_POINTS / 4] as Point;
  const ellipse: Ellipse = {
    centre,
    first: Math.hypot(endX - centre[0], endY - centre[1]),
    second: Math.hypot(sideX - centre[0], sideY - centre[1]),
    angle: Math.atan2(endY - centre[1], endX - centre[0]),
  };
  const isSame = ellipseContour(ellipse).points.every(([x, y], i) => {
    const [ownX, ownY] = shape.points[i] as Point;
    return Math.hypot(x - ownX, y - ownY) < 0.01;
  });
  return isSame ? ellipse : null;
}
