import {
  type Contour,
  contour,
  dice,
  isEmptyMask,
  MAX_POINTS,
  type Mask,
  outlinePoints,
  type Point,
  wholeMask,
} from "../../geometry";
import { maskOutline } from "./maskOutline";
import { sideMiddles, splineThrough } from "./maskToSpline";

/**
 * How far from a mask's border, in pixels, the curve made of it may lie anywhere: half a pixel is
 * the staircase itself, which a smooth curve cannot follow.
 */
export const MOST_DISTANCE = 0.75;
/** How alike the curve's own mask must be. */
export const LEAST_DICE = 0.99;

/**
 * How far to even out the border's staircase, in places to each side, and how near to that the
 * curve must come: the first that keeps both bounds is taken, and those with few points come first.
 */
const ATTEMPTS = [
  [4, 0.4],
  [2, 0.3],
  [1, 0.3],
  [0, 0.5],
  [0, 0.2],
] as const;

/** A contour in place of one part of a mask, and how well it stands for it. */
export interface Conversion {
  readonly contour: Contour;
  /**
   * Hausdorff distance in pixels between the contour and the part's border, which runs through the
   * middles of its outer pixels' free sides.
   */
  readonly distance: number;
  /** Dice coefficient of the contour's mask and the part. */
  readonly dice: number;
}

/** Why a mask cannot be written as contours; a sentence for the person. */
export class NotConvertible extends Error {
  override readonly name = "NotConvertible";
}

/**
 * One contour for each connected part of a mask, largest first: a spline within MOST_DISTANCE of
 * the border and with a mask at least LEAST_DICE like the part's, or where none is (a part of a few
 * pixels) the polygon along the pixels' sides, whose mask is the part itself. Throws NotConvertible
 * for a mask with holes, for no contour has any.
 */
export function contoursFromMask(mask: Mask): Conversion[] {
  const rings = maskOutline(mask).map((ring) => ({ ring, area: signedArea(ring) }));
  if (rings.some(({ area }) => area < 0)) {
    throw new NotConvertible("A curve has no holes. Fill them first (F), then convert.");
  }
  rings.sort((a, b) => b.area - a.area);
  return rings.map(({ ring }) => fitted(ring));
}

function fitted(ring: readonly Point[]): Conversion {
  const exact = contour("polygon", ring);
  const part = wholeMask(exact);
  const border = sideMiddles(ring);
  if (part !== null) {
    for (const [reach, tolerance] of ATTEMPTS) {
      const curve = splineThrough(evened(border, reach), tolerance);
      const own = wholeMask(curve);
      if (own === null || isEmptyMask(own)) continue;
      const distance = hausdorff(outlinePoints(curve), border);
      const alike = dice(own, part);
      if (distance <= MOST_DISTANCE && alike >= LEAST_DICE) {
        return { contour: curve, distance, dice: alike };
      }
    }
  }
  if (ring.length > MAX_POINTS) {
    throw new NotConvertible("This mask's border is too ragged for a curve.");
  }
  return { contour: exact, distance: 0.5, dice: 1 };
}

/** Each place the mean of itself and so many neighbours to each side. */
function evened(border: readonly Point[], reach: number): readonly Point[] {
  const n = border.length;
  if (reach === 0 || n < 4 * reach) return border;
  return border.map((_, i): Point => {
    let [x, y] = [0, 0];
    for (let step = -reach; step <= reach; step++) {
      const place = border[(i + step + n) % n] as Point;
      x += place[0];
      y += place[1];
    }
    return [x / (2 * reach + 1), y / (2 * reach + 1)];
  });
}

/** The largest distance from a vertex of either closed line to the other line. */
export function hausdorff(a: readonly Point[], b: readonly Point[]): number {
  return Math.max(furthest(a, b), furthest(b, a));
}

function furthest(places: readonly Point[], line: readonly Point[]): number {
  let worst = 0;
  // neighbours lie near the same stretch: begin to look where the last one was found
  let start = 0;
  for (const [px, py] of places) {
    let least = Number.POSITIVE_INFINITY;
    for (let step = 0; step < line.length; step++) {
      const i = (start + step) % line.length;
      const [ax, ay] = line[i] as Point;
      const [bx, by] = line[(i + 1) % line.length] as Point;
      const [dx, dy] = [bx - ax, by - ay];
      const square = dx * dx + dy * dy;
      const part =
        square === 0 ? 0 : Math.min(Math.max(((px - ax) * dx + (py - ay) * dy) / square, 0), 1);
      const away = (ax + part * dx - px) ** 2 + (ay + part * dy - py) ** 2;
      if (away < least) {
        least = away;
        start = i;
        // nearer than the worst known: this place cannot change the answer
        if (least <= worst) break;
      }
    }
    worst = Math.max(worst, least);
  }
  return Math.sqrt(worst);
}

function signedArea(ring: readonly Point[]): number {
  let doubled = 0;
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Point;
    doubled += x * nextY - nextX * y;
  });
  return doubled / 2;
}
