import {
  blendShapes,
  type Contour,
  denseFromMask,
  isContour,
  type Mask,
  outlinePoints,
  type Point,
} from "../../../geometry";

type Drawn = Contour | Mask;

const SAMPLES = 48;

/** Whether no part of either border lies further than `tolerance` pixels from the other's. */
export function isWithin(a: Drawn, b: Drawn, tolerance: number): boolean {
  if (isContour(a) && isContour(b)) {
    const [lineA, lineB] = [outlinePoints(a), outlinePoints(b)];
    return isNear(lineA, lineB, tolerance) && isNear(lineB, lineA, tolerance);
  }
  if (isContour(a) || isContour(b)) return false;
  return areMasksWithin(a, b, tolerance);
}

/** Whether points spread along one closed line all lie near the other. */
function isNear(line: readonly Point[], other: readonly Point[], tolerance: number): boolean {
  const step = Math.max(1, Math.floor(line.length / SAMPLES));
  const limit = tolerance * tolerance;
  for (let i = 0; i < line.length; i += step) {
    if (squaredGap(line[i] as Point, other) > limit) return false;
  }
  return true;
}

function squaredGap([x, y]: Point, line: readonly Point[]): number {
  let least = Infinity;
  for (let i = 0; i < line.length; i++) {
    const [startX, startY] = line[i] as Point;
    const [endX, endY] = line[i + 1 < line.length ? i + 1 : 0] as Point;
    const [stepX, stepY] = [endX - startX, endY - startY];
    const length = stepX * stepX + stepY * stepY;
    const along = (x - startX) * stepX + (y - startY) * stepY;
    const part = length > 0 ? Math.min(Math.max(along / length, 0), 1) : 0;
    const [gapX, gapY] = [x - startX - part * stepX, y - startY - part * stepY];
    least = Math.min(least, gapX * gapX + gapY * gapY);
  }
  return least;
}

/** Every pixel of each mask has one of the other no further away than `tolerance`. */
function areMasksWithin(a: Mask, b: Mask, tolerance: number): boolean {
  const reach = Math.floor(tolerance);
  const x = Math.min(a.x, b.x) - reach;
  const y = Math.min(a.y, b.y) - reach;
  const width = Math.max(a.x + a.width, b.x + b.width) + reach - x;
  const height = Math.max(a.y + a.height, b.y + b.height) + reach - y;
  const inA = denseFromMask(a, width, height, x, y);
  const inB = denseFromMask(b, width, height, x, y);
  const hasNear = (dense: Uint8Array, at: number) => {
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        if (dx * dx + dy * dy <= tolerance * tolerance && dense[at + dy * width + dx] === 1) {
          return true;
        }
      }
    }
    return false;
  };
  for (let at = 0; at < inA.length; at++) {
    if (inA[at] === inB[at]) continue;
    if (!hasNear(inA[at] === 1 ? inB : inA, at)) return false;
  }
  return true;
}

export interface FrameShape {
  readonly frame: number;
  readonly shape: Drawn;
}

/**
 * Which of these shapes, in the order of their frames, must be keyframes so that interpolation gives
 * every other one within `tolerance` pixels: the first, the last and as few as possible between.
 */
export function thinned<Row extends FrameShape>(shapes: readonly Row[], tolerance = 1): Row[] {
  if (shapes.length < 3) return [...shapes];
  const kept = [shapes[0] as Row];
  let from = 0;
  while (from < shapes.length - 1) {
    let to = from + 1;
    // longer and longer spans, then between the last that was good and the first that was not
    let bad = shapes.length;
    for (let span = 2; from + span < shapes.length; span *= 2) {
      if (isSpanGood(shapes, from, from + span, tolerance)) to = from + span;
      else {
        bad = from + span;
        break;
      }
    }
    while (bad - to > 1) {
      const middle = (to + bad) >> 1;
      if (isSpanGood(shapes, from, middle, tolerance)) to = middle;
      else bad = middle;
    }
    kept.push(shapes[to] as Row);
    from = to;
  }
  return kept;
}

function isSpanGood(
  shapes: readonly FrameShape[],
  from: number,
  to: number,
  tolerance: number,
): boolean {
  const [first, last] = [shapes[from] as FrameShape, shapes[to] as FrameShape];
  const between = blendShapes(first.shape, last.shape);
  for (let i = from + 1; i < to; i++) {
    const { frame, shape } = shapes[i] as FrameShape;
    const guessed = between(frame - first.frame, last.frame - first.frame);
    if (!isWithin(guessed, shape, tolerance)) return false;
  }
  return true;
}
