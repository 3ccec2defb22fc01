import { describe, expect, it } from "vitest";
import {
  contour,
  type Mask,
  maskFromDense,
  nearestOnContour,
  type Point,
  pixelCount,
  shapeMask,
} from "../../geometry";
import { maskOutline } from "./maskOutline";
import { editable, splinesFromMask } from "./maskToSpline";

function noise(width: number, height: number, seed: number): Mask {
  let state = seed;
  const dense = Uint8Array.from({ length: width * height }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state > 2 ** 31 ? 1 : 0;
  });
  return maskFromDense(dense, width, height, 3, 5);
}

function evenOdd(rings: readonly (readonly Point[])[], x: number, y: number): boolean {
  let isInside = false;
  for (const ring of rings) {
    ring.forEach(([x0, y0], i) => {
      const [x1, y1] = ring[(i + 1) % ring.length] as Point;
      if (x0 === x1 && x0 > x && Math.min(y0, y1) < y && y < Math.max(y0, y1)) isInside = !isInside;
    });
  }
  return isInside;
}

const blob = (points: number, radius: (angle: number) => number) =>
  shapeMask(
    contour(
      "spline",
      Array.from({ length: points }, (_, i): Point => {
        const angle = (2 * Math.PI * i) / points;
        return [100 + radius(angle) * Math.cos(angle), 90 + radius(angle) * Math.sin(angle)];
      }),
    ),
    200,
    200,
  );

describe("the outline of a mask", () => {
  it("encloses exactly the mask's pixels, whatever the mask", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const mask = noise(17, 13, seed);
      const rings = maskOutline(mask);
      let count = 0;
      for (let y = 0; y < 25; y++) {
        for (let x = 0; x < 25; x++) if (evenOdd(rings, x + 0.5, y + 0.5)) count++;
      }
      expect(count).toBe(pixelCount(mask));
    }
  });
});

describe("a spline made from a mask", () => {
  it("has few points and follows the border within its bound", () => {
    const mask = blob(24, (angle) => 45 + 12 * Math.sin(3 * angle));
    const [spline] = splinesFromMask(mask);
    if (spline === undefined) throw new Error("no spline");
    expect(spline.points.length).toBeLessThan(40);
    for (const [x, y] of maskOutline(mask)[0] ?? []) {
      // corners of pixels lie up to half a diagonal from the middles of their sides
      expect(nearestOnContour(spline, x, y)?.distance).toBeLessThan(1 + Math.SQRT1_2);
    }
    const again = shapeMask(spline, 200, 200);
    expect(Math.abs(pixelCount(again) - pixelCount(mask)) / pixelCount(mask)).toBeLessThan(0.02);
  });

  it("is made for each part, the largest first", () => {
    const dense = new Uint8Array(60 * 30);
    for (let y = 5; y < 15; y++) dense.fill(1, y * 60 + 5, y * 60 + 12);
    for (let y = 5; y < 25; y++) dense.fill(1, y * 60 + 30, y * 60 + 55);
    dense[0] = 1;
    const splines = splinesFromMask(maskFromDense(dense, 60, 30));
    expect(splines.map((one) => Math.min(...one.points.map(([x]) => x)) >= 29)).toEqual([
      true,
      false,
    ]);
  });

  it("leaves a contour with few points as the person drew it", () => {
    const drawn = contour("polygon", [
      [0, 0],
      [9, 0],
      [0, 9],
    ]);
    expect(editable(drawn)).toBe(drawn);
  });
});
