import { describe, expect, it } from "vitest";
import { random } from "../frames/random.fixture";
import {
  area,
  type Contour,
  clipped,
  combined,
  contour,
  denseFromMask,
  dice,
  EMPTY_MASK,
  edgeCosts,
  ellipseContour,
  ellipseOf,
  holesFilled,
  LiveWire,
  type Mask,
  maskFromDense,
  maskFromWindow,
  movedBy,
  outlinePoints,
  type Point,
  paintStroke,
  pixelCount,
  pushed,
  respaced,
  scaledBy,
  shapeMask,
  smoothed,
  transformed,
  turnedBy,
} from "./index";

const SIDE = 64;
const SHAPES = 1000;

function randomBlob(next: () => number): Contour {
  const n = 3 + Math.floor(next() * 10);
  const [x, y] = [20 + next() * 24, 20 + next() * 24];
  const points = Array.from({ length: n }, (_, i): Point => {
    const angle = (2 * Math.PI * (i + next() * 0.6)) / n;
    const radius = 5 + next() * 15;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });
  return contour(next() < 0.5 ? "spline" : "polygon", points);
}

const maskOf = (shape: Contour) => shapeMask(shape, SIDE, SIDE);

function noise(next: () => number, share: number): Mask {
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, () => (next() < share ? 1 : 0));
  return maskFromDense(pixels, SIDE, SIDE);
}

describe(`of ${SHAPES} random shapes`, () => {
  it("union, difference and intersection are those of sets of pixels", () => {
    const next = random(1);
    for (let i = 0; i < SHAPES; i++) {
      const [a, b] = [maskOf(randomBlob(next)), maskOf(randomBlob(next))];
      const [union, rest, both] = [
        combined(a, b, "add"),
        combined(a, b, "subtract"),
        combined(a, b, "intersect"),
      ];
      expect(pixelCount(union)).toBe(pixelCount(rest) + pixelCount(b));
      expect(pixelCount(rest) + pixelCount(both)).toBe(pixelCount(a));
      expect(combined(rest, both, "add")).toEqual(a);
      expect(combined(union, b, "subtract")).toEqual(rest);
      expect(combined(rest, b, "intersect")).toEqual(EMPTY_MASK);
    }
  });

  it("what is filled has no hole, contains the mask, and is filled already", () => {
    const next = random(2);
    for (let i = 0; i < SHAPES / 10; i++) {
      const mask = noise(next, 0.6);
      const filled = holesFilled(mask);
      expect(combined(mask, filled, "subtract")).toEqual(EMPTY_MASK);
      expect(holesFilled(filled)).toBe(filled);
    }
    const ring = combined(
      maskOf(ellipseContour({ centre: [32, 32], first: 20, second: 20, angle: 0 })),
      maskOf(ellipseContour({ centre: [32, 32], first: 8, second: 8, angle: 0 })),
      "subtract",
    );
    const disc = maskOf(ellipseContour({ centre: [32, 32], first: 20, second: 20, angle: 0 }));
    expect(holesFilled(ring)).toEqual(disc);
  });

  it("moving and turning keep the area, scaling multiplies it", () => {
    const next = random(3);
    for (let i = 0; i < SHAPES; i++) {
      const shape = randomBlob(next);
      const centre: Point = [next() * 60, next() * 60];
      const [sx, sy] = [0.3 + 2 * next(), 0.3 + 2 * next()];
      const own = area(contour("polygon", shape.points));
      const areaOf = (affine: Parameters<typeof transformed>[1]) =>
        area(transformed(contour("polygon", shape.points), affine));
      expect(areaOf(movedBy(next() * 9, -next() * 9))).toBeCloseTo(own, 0);
      expect(Math.abs(areaOf(turnedBy(next() * 7, centre)) - own)).toBeLessThan(1);
      expect(Math.abs(areaOf(scaledBy(sx, sy, centre)) - own * sx * sy)).toBeLessThan(2);
    }
  });

  it("a mask turned four times by a right angle is itself", () => {
    const next = random(4);
    for (let i = 0; i < SHAPES / 10; i++) {
      const mask = maskOf(randomBlob(next));
      let turned: Contour | Mask = mask;
      for (let quarter = 0; quarter < 4; quarter++) {
        turned = transformed(turned, turnedBy(Math.PI / 2, [32, 32]));
      }
      expect(dice(turned as Mask, mask)).toBeGreaterThan(0.999);
    }
  });

  it("a push moves nothing beyond its radius and nothing further than the pointer", () => {
    const next = random(5);
    for (let i = 0; i < SHAPES; i++) {
      const shape = randomBlob(next);
      const from = shape.points[0] as Point;
      const to: Point = [from[0] + 8 * next() - 4, from[1] + 8 * next() - 4];
      const radius = 4 + next() * 12;
      const way = Math.hypot(to[0] - from[0], to[1] - from[1]);
      const after = pushed(shape, from, to, radius);
      after.points.forEach((point, j) => {
        const before = shape.points[j] as Point;
        const moved = Math.hypot(point[0] - before[0], point[1] - before[1]);
        const away = Math.hypot(before[0] - from[0], before[1] - from[1]);
        expect(moved).toBeLessThanOrEqual(way + 1e-9);
        if (away >= radius) expect(moved).toBe(0);
      });
      expect(after.points[0]?.[0]).toBeCloseTo(to[0], 9);
    }
  });

  it("points added to a polygon change none of its pixels", () => {
    const next = random(6);
    for (let i = 0; i < SHAPES; i++) {
      const shape = contour("polygon", randomBlob(next).points);
      const ring = respaced(shape, "polygon", shape.points[0] as Point, 15, 4);
      const dense = contour("polygon", ring.points, ring.uncertain);
      // thinning may take one of two points that lie together; adding alone is exact
      if (ring.points.length >= shape.points.length) {
        expect(dice(maskOf(dense), maskOf(shape))).toBeGreaterThan(0.97);
      }
      expect(ring.uncertain).toHaveLength(ring.points.length);
      expect(ring.points.length).toBeGreaterThanOrEqual(3);
    }
  });

  it("smoothing shortens the wiggles and keeps the size", () => {
    const next = random(7);
    const length = (shape: Contour) => {
      const points = outlinePoints(shape);
      return points.reduce((sum, [x, y], i) => {
        const [nextX, nextY] = points[(i + 1) % points.length] as Point;
        return sum + Math.hypot(nextX - x, nextY - y);
      }, 0);
    };
    for (let i = 0; i < SHAPES / 10; i++) {
      const points = Array.from({ length: 24 }, (_, j): Point => {
        const radius = 20 + 4 * (next() - 0.5);
        const angle = (2 * Math.PI * j) / 24;
        return [32 + radius * Math.cos(angle), 32 + radius * Math.sin(angle)];
      });
      const rough = contour("spline", points);
      const even = smoothed(rough);
      expect(length(even)).toBeLessThan(length(rough));
      expect(area(even) / area(rough)).toBeGreaterThan(0.97);
      expect(even.points).toHaveLength(24);
    }
  });

  it("an ellipse is known again by its points, and has its area", () => {
    const next = random(8);
    for (let i = 0; i < SHAPES; i++) {
      const ellipse = {
        centre: [next() * 600, next() * 400] as Point,
        first: 2 + next() * 80,
        second: 2 + next() * 80,
        angle: (next() - 0.5) * 6,
      };
      const shape = ellipseContour(ellipse);
      const found = ellipseOf(shape);
      expect(found?.first).toBeCloseTo(ellipse.first, 6);
      expect(found?.second).toBeCloseTo(ellipse.second, 6);
      expect(area(shape) / (Math.PI * ellipse.first * ellipse.second)).toBeCloseTo(1, 2);
    }
    expect(ellipseOf(randomBlob(next))).toBeNull();
  });

  it("a stroke of the brush is the set of pixel centres within its radius", () => {
    const next = random(9);
    const width = 48;
    for (let i = 0; i < SHAPES / 10; i++) {
      const grid = { pixels: new Uint8Array(width * width), width, height: width };
      const [from, to]: Point[] = [
        [next() * width, next() * width],
        [next() * width, next() * width],
      ] as Point[];
      const radius = 1 + next() * 10;
      const box = paintStroke(grid, from as Point, to as Point, radius, radius, 1);
      const painted = maskFromWindow(grid, box);
      expect(clipped(painted, width, width)).toBe(painted);
      expect(denseFromMask(painted, width, width)).toEqual(grid.pixels);
      // both ends, brushed by themselves, are in it
      for (const end of [from, to] as Point[]) {
        const spot = { pixels: new Uint8Array(width * width), width, height: width };
        const own = maskFromWindow(spot, paintStroke(spot, end, end, radius, radius, 1));
        expect(combined(own, painted, "subtract")).toEqual(EMPTY_MASK);
      }
    }
  });
});

describe("the live wire", () => {
  it("finds the cheapest path: as cheap as one found by trying every step until nothing changes", () => {
    const next = random(10);
    const side = 18;
    for (let run = 0; run < 30; run++) {
      const costs = Uint8Array.from({ length: side * side }, () => 1 + Math.floor(next() * 100));
      const seed = Math.floor(next() * side * side);
      const goal = Math.floor(next() * side * side);
      const best = new Float64Array(side * side).fill(Number.POSITIVE_INFINITY);
      best[seed] = 0;
      const stepCost = (from: number, to: number) => {
        const isDiagonal =
          from % side !== to % side && Math.floor(from / side) !== Math.floor(to / side);
        return (costs[to] as number) * (isDiagonal ? Math.SQRT2 : 1);
      };
      for (let isOpen = true; isOpen; ) {
        isOpen = false;
        for (let at = 0; at < best.length; at++) {
          for (const [dx, dy] of [-1, 0, 1].flatMap((x) =>
            [-1, 0, 1].map((y) => [x, y] as const),
          )) {
            const [x, y] = [(at % side) + dx, Math.floor(at / side) + dy];
            if (x < 0 || y < 0 || x >= side || y >= side || (dx === 0 && dy === 0)) continue;
            const total = (best[at] as number) + stepCost(at, y * side + x);
            if (total < (best[y * side + x] as number) - 1e-9) {
              best[y * side + x] = total;
              isOpen = true;
            }
          }
        }
      }
      const placeOf = (index: number): Point => [
        (index % side) + 0.5,
        Math.floor(index / side) + 0.5,
      ];
      const wire = new LiveWire(costs, side, side, placeOf(seed));
      // another goal first: what was found for it must not spoil the next
      wire.path(placeOf(Math.floor(next() * side * side)));
      const path = wire.path(placeOf(goal)).map(([x, y]) => Math.floor(y) * side + Math.floor(x));
      const cost = path.reduce(
        (sum, at, i) => (i === 0 ? 0 : sum + stepCost(path[i - 1] as number, at)),
        0,
      );
      expect(path[0]).toBe(seed);
      expect(path.at(-1)).toBe(goal);
      expect(cost).toBeCloseTo(best[goal] as number, 6);
    }
  });

  it("costs least on the strongest edges", () => {
    const gray = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 64 < 32 ? 30 : 200));
    const costs = edgeCosts(gray, 64, 64);
    // the crest is two pixels wide here: at least one of them is taken for it
    expect(Math.min(...costs.subarray(20 * 64 + 31, 20 * 64 + 33))).toBeLessThan(10);
    expect(costs[20 * 64 + 5]).toBeGreaterThan(95);
  });
});
