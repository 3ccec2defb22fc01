import {
  type Contour,
  isContour,
  type Mask,
  outline,
  outlinePoints,
  type Point,
} from "../../geometry";
import { maskOutline } from "../core/maskOutline";

export interface ShapePaths {
  /** All of the outline, closed; for filling by the even-odd rule. */
  readonly whole: Path2D;
  readonly certain: Path2D;
  readonly uncertain: Path2D | null;
}

const cache = new WeakMap<Contour | Mask, ShapePaths>();

/** Outlines in image pixels, made once a shape. */
export function pathsOf(shape: Contour | Mask): ShapePaths {
  let paths = cache.get(shape);
  if (paths === undefined) {
    paths = isContour(shape) ? contourPaths(shape) : maskPaths(shape);
    cache.set(shape, paths);
  }
  return paths;
}

function maskPaths(mask: Mask): ShapePaths {
  const whole = new Path2D();
  for (const ring of maskOutline(mask)) addRing(whole, ring);
  return { whole, certain: whole, uncertain: null };
}

function contourPaths(shape: Contour): ShapePaths {
  const whole = new Path2D();
  const points = outlinePoints(shape);
  addRing(whole, points);
  if (!shape.uncertain.some(Boolean)) return { whole, certain: whole, uncertain: null };
  const certain = new Path2D();
  const uncertain = new Path2D();
  const { spans } = outline(shape);
  points.forEach(([x, y], i) => {
    const [nextX, nextY] = points[(i + 1) % points.length] as Point;
    const path = shape.uncertain[spans[i] ?? 0] ? uncertain : certain;
    if (i === 0 || spans[i] !== spans[i - 1]) path.moveTo(x, y);
    path.lineTo(nextX, nextY);
  });
  return { whole, certain, uncertain };
}

function addRing(path: Path2D, ring: readonly Point[]): void {
  ring.forEach(([x, y], i) => {
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  });
  path.closePath();
}
