import { denseFromMask, type Mask, type Point } from "../../geometry";

const kept = new WeakMap<Mask, readonly (readonly Point[])[]>();

/**
 * The borders of a mask as closed rings along pixel sides, corners only, in image pixels. Outer
 * rings run clockwise on the screen, holes the other way; pixels that touch only at a corner belong
 * to different rings. The even-odd fill of the rings is exactly the mask.
 */
export function maskOutline(mask: Mask): readonly (readonly Point[])[] {
  let rings = kept.get(mask);
  if (rings === undefined) {
    rings = traced(mask);
    kept.set(mask, rings);
  }
  return rings;
}

const RIGHT = 0;
const DOWN = 1;
const LEFT = 2;
const UP = 3;
const STEP: readonly Point[] = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
];

function traced(mask: Mask): Point[][] {
  const width = mask.width + 2;
  const height = mask.height + 2;
  const inside = denseFromMask(mask, width, height, mask.x - 1, mask.y - 1);
  const at = (x: number, y: number) => inside[y * width + x] === 1;
  // a top side of a pixel, walked rightwards with the pixel on the right hand, begins each ring
  const walked = new Uint8Array(width * height);
  const rings: Point[][] = [];
  for (let y = 1; y < height; y++) {
    for (let x = 1; x < width; x++) {
      if (!at(x, y) || at(x, y - 1) || walked[y * width + x] === 1) continue;
      const ring: Point[] = [];
      let [px, py, heading] = [x, y, RIGHT];
      do {
        if (heading === RIGHT) walked[py * width + px] = 1;
        const [dx, dy] = STEP[heading] as Point;
        px += dx;
        py += dy;
        const next = turned(at, px, py, heading);
        if (next !== heading) ring.push([px - 1 + mask.x, py - 1 + mask.y]);
        heading = next;
      } while (px !== x || py !== y || heading !== RIGHT);
      rings.push(ring);
    }
  }
  return rings;
}

/** The heading after the corner (x, y): keep the inside on the right hand, never cut a corner. */
function turned(
  at: (x: number, y: number) => boolean,
  x: number,
  y: number,
  heading: number,
): number {
  const aheadLeft = [at(x, y - 1), at(x, y), at(x - 1, y), at(x - 1, y - 1)][heading];
  const aheadRight = [at(x, y), at(x - 1, y), at(x - 1, y - 1), at(x, y - 1)][heading];
  if (aheadRight !== true) return [DOWN, LEFT, UP, RIGHT][heading] as number;
  return aheadLeft === true ? ([UP, RIGHT, DOWN, LEFT][heading] as number) : heading;
}
