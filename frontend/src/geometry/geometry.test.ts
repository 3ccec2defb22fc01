import { describe, expect, test } from "vitest";
import { squaredDistance } from "./distance";
import type { Keyframe, Mask, Point } from "./index";
import {
  ABSENT,
  area,
  checkKeyframeOrder,
  clipped,
  contour,
  denseFromMask,
  EMPTY_MASK,
  maskFromDense,
  parseShape,
  shapeAt,
  shapeMask,
  translated,
} from "./index";

/** Small deterministic generator (Mulberry32), so that a failure comes again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function randomPoints(next: () => number, n: number): Point[] {
  // sixteenths of a pixel, so that a whole-pixel move changes no rounding
  const place = () => Math.floor(next() * 60 * 16) / 16 + 20;
  return Array.from({ length: n }, (): Point => [place(), place()]);
}

function randomMask(next: () => number, width: number, height: number): Mask {
  return maskFromDense(
    Uint8Array.from({ length: width * height }, () => (next() < 0.4 ? 1 : 0)),
    width,
    height,
    Math.floor(next() * 20) - 5,
    Math.floor(next() * 20) - 5,
  );
}

const SQUARE = contour("polygon", [
  [10, 10],
  [30, 10],
  [30, 30],
  [10, 30],
]);

describe("masks", () => {
  test("run lengths give back every pixel", () => {
    const next = random(1);
    for (let i = 0; i < 50; i++) {
      const mask = randomMask(next, 1 + (i % 9), 1 + (i % 7));
      const dense = denseFromMask(mask, 40, 40, -10, -10);
      expect(maskFromDense(dense, 40, 40, -10, -10)).toEqual(mask);
      expect(parseShape(JSON.parse(JSON.stringify(mask)))).toEqual(mask);
    }
  });

  test("clipping keeps exactly the pixels of the image", () => {
    const next = random(2);
    for (let i = 0; i < 50; i++) {
      const mask = randomMask(next, 20, 20);
      expect(clipped(mask, 12, 9)).toEqual(maskFromDense(denseFromMask(mask, 12, 9), 12, 9));
    }
  });

  test("a loose box is tightened", () => {
    const loose = { kind: "mask", x: 10, y: 20, width: 3, height: 3, counts: [4, 1, 4] };
    expect(parseShape(loose)).toMatchObject({ x: 11, y: 21, width: 1, height: 1, counts: [0, 1] });
  });

  test("squared distances are those of the nearest pixel", () => {
    const next = random(3);
    const [width, height] = [13, 9];
    const dense = Uint8Array.from({ length: width * height }, () => (next() < 0.1 ? 1 : 0));
    dense[5] = 1;
    const squared = squaredDistance(dense, width, height, 1);
    squared.forEach((value, i) => {
      let least = Infinity;
      dense.forEach((inside, j) => {
        const dx = (i % width) - (j % width);
        const dy = Math.floor(i / width) - Math.floor(j / width);
        if (inside) least = Math.min(least, dx * dx + dy * dy);
      });
      expect(value).toBe(least);
    });
  });
});

describe("contours", () => {
  test("a centre on an edge belongs to the right and lower neighbour", () => {
    const inner = contour("polygon", [
      [1.5, 1.5],
      [4.5, 1.5],
      [4.5, 4.5],
      [1.5, 4.5],
    ]);
    expect(shapeMask(inner, 10, 10)).toMatchObject({ x: 1, y: 1, width: 3, height: 3 });
  });

  test("moving by whole pixels moves the mask exactly", () => {
    const next = random(4);
    for (let i = 0; i < 60; i++) {
      const points = randomPoints(next, 3 + (i % 10));
      const kind = i % 2 ? "spline" : "polygon";
      const [dx, dy] = [Math.floor(next() * 30), Math.floor(next() * 30)];
      const moved = points.map(([x, y]): Point => [x + 100 + dx, y + 100 + dy]);
      const still = points.map(([x, y]): Point => [x + 100, y + 100]);
      expect(shapeMask(contour(kind, moved), 400, 400)).toEqual(
        translated(shapeMask(contour(kind, still), 400, 400), dx, dy),
      );
    }
  });

  test("start point and direction change neither the mask nor what lies between", () => {
    const next = random(5);
    const frames = (second: Point[]): Keyframe[] => [
      { frame_index: 0, shape: SQUARE },
      { frame_index: 5, shape: contour("spline", second) },
    ];
    for (let i = 0; i < 40; i++) {
      const points = randomPoints(next, 3 + (i % 8));
      const turned = [...points.slice(2), ...points.slice(0, 2)].reverse();
      expect(shapeMask(contour("spline", turned), 120, 120)).toEqual(
        shapeMask(contour("spline", points), 120, 120),
      );
      expect(shapeAt(frames(turned), 2)).toEqual(shapeAt(frames(points), 2));
    }
  });
});

describe("tracks", () => {
  const disc = shapeMask(
    contour("spline", [
      [20, 10],
      [30, 20],
      [20, 30],
      [10, 20],
    ]),
    60,
    60,
  );

  test("a keyframe is its own shape, and outside the keyframes there is none", () => {
    const keyframes = [
      { frame_index: 3, shape: SQUARE },
      { frame_index: 6, shape: ABSENT },
      { frame_index: 8, shape: disc },
    ];
    expect(shapeAt(keyframes, 2)).toBeNull();
    expect(shapeAt(keyframes, 3)).toBe(SQUARE);
    expect(shapeAt(keyframes, 5)).toBe(SQUARE);
    expect(shapeAt(keyframes, 6)).toBeNull();
    expect(shapeAt(keyframes, 7)).toBeNull();
    expect(shapeAt(keyframes, 8)).toBe(disc);
    expect(shapeAt(keyframes, 9)).toBeNull();
  });

  test("a mask that moves further than its size keeps its form", () => {
    const keyframes = [
      { frame_index: 0, shape: disc },
      { frame_index: 4, shape: translated(disc, 60, 20) },
    ];
    expect(shapeAt(keyframes, 2)).toEqual(translated(disc, 30, 10));
  });

  test("when one mask covers nothing the nearer keyframe holds", () => {
    const keyframes = [
      { frame_index: 0, shape: disc },
      { frame_index: 4, shape: EMPTY_MASK },
    ];
    expect([1, 2, 3].map((frame) => area(shapeAt(keyframes, frame) ?? ABSENT))).toEqual([
      area(disc),
      area(disc),
      0,
    ]);
  });

  test("keyframes out of order are refused", () => {
    const keyframe = { frame_index: 3, shape: disc };
    expect(() => checkKeyframeOrder([keyframe, keyframe])).toThrow("frame 3 follows 3");
  });
});
