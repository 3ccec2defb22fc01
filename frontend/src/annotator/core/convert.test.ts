import { describe, expect, it } from "vitest";
import { random } from "../../frames/random.fixture";
import {
  combined,
  contour,
  dice,
  EMPTY_MASK,
  ellipseContour,
  type Mask,
  maskFromDense,
  type Point,
  shapeMask,
} from "../../geometry";
import { contoursFromMask, hausdorff, LEAST_DICE, MOST_DISTANCE, NotConvertible } from "./convert";

const SIDE = 96;

function blob(next: () => number): Mask {
  const n = 4 + Math.floor(next() * 8);
  const points = Array.from({ length: n }, (_, i): Point => {
    const angle = (2 * Math.PI * (i + next() * 0.5)) / n;
    const radius = 2 + next() * 24;
    return [32 + radius * Math.cos(angle), 32 + radius * Math.sin(angle)];
  });
  return shapeMask(contour("spline", points), SIDE, SIDE);
}

describe("a mask as curves", () => {
  it("keeps within the bound for each of 1,000 random masks, back and forth", () => {
    const next = random(21);
    let [converted, refused] = [0, 0];
    for (let i = 0; i < 1000; i++) {
      const mask = blob(next);
      try {
        const parts = contoursFromMask(mask);
        let back: Mask = EMPTY_MASK;
        for (const part of parts) {
          expect(part.distance).toBeLessThanOrEqual(MOST_DISTANCE);
          expect(part.dice).toBeGreaterThanOrEqual(LEAST_DICE);
          back = combined(back, shapeMask(part.contour, SIDE, SIDE), "add");
        }
        if (mask.width > 0) expect(dice(back, mask)).toBeGreaterThanOrEqual(LEAST_DICE - 0.002);
        converted += 1;
      } catch (error) {
        // a contour that crosses itself may leave a hole, which no curve has
        expect(error).toBeInstanceOf(NotConvertible);
        refused += 1;
      }
    }
    expect(converted).toBeGreaterThan(900);
    expect(refused).toBeLessThan(100);
  }, 60_000);

  it("is exact for a few pixels and needs few points for a large round shape", () => {
    const pixel = maskFromDense(Uint8Array.of(1), 1, 1, 7, 9);
    const [only] = contoursFromMask(pixel);
    expect(shapeMask(only?.contour ?? null, SIDE, SIDE)).toEqual(pixel);
    const disc = shapeMask(
      ellipseContour({ centre: [48, 48], first: 40, second: 25, angle: 0.4 }),
      SIDE,
      SIDE,
    );
    expect(contoursFromMask(disc)[0]?.contour.points.length).toBeLessThan(40);
  });

  it("is refused for a mask with a hole, in a sentence that says what to do", () => {
    const ring = combined(
      shapeMask(ellipseContour({ centre: [48, 48], first: 30, second: 30, angle: 0 }), SIDE, SIDE),
      shapeMask(ellipseContour({ centre: [48, 48], first: 9, second: 9, angle: 0 }), SIDE, SIDE),
      "subtract",
    );
    expect(() => contoursFromMask(ring)).toThrow("Fill them first");
  });
});

describe("the Hausdorff distance", () => {
  it("is the same both ways round and the shift of a line that was moved", () => {
    const line: Point[] = [
      [0, 0],
      [50, 0],
      [50, 40],
      [0, 40],
    ];
    const moved = line.map(([x, y]): Point => [x + 3, y]);
    expect(hausdorff(line, moved)).toBeCloseTo(3, 9);
    expect(hausdorff(moved, line)).toBeCloseTo(3, 9);
    expect(hausdorff(line, line)).toBe(0);
  });
});
