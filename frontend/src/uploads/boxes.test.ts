import { describe, expect, it } from "vitest";
import { boxWithin, drawn, HANDLES, handlePlace, moved, resized } from "./boxes";

const size = { width: 100, height: 80 };
const box = { x0: 10, y0: 20, x1: 30, y1: 40 };

describe("a box", () => {
  it("is carried by whole pixels and stops at the picture's edge with its size kept", () => {
    expect(moved(box, 3.4, -2.6, size)).toEqual({ x0: 13, y0: 17, x1: 33, y1: 37 });
    expect(moved(box, -50, 500, size)).toEqual({ x0: 0, y0: 60, x1: 20, y1: 80 });
  });

  it("is pulled by each handle on that handle's sides only", () => {
    expect(resized(box, "e", 5, 99, size)).toEqual({ ...box, x1: 35 });
    expect(resized(box, "n", 99, -5, size)).toEqual({ ...box, y0: 15 });
    expect(resized(box, "se", 4, 6, size)).toEqual({ ...box, x1: 34, y1: 46 });
    expect(resized(box, "nw", -4, -6, size)).toEqual({ ...box, x0: 6, y0: 14 });
  });

  it("never turns inside out nor leaves the picture, whichever handle is pulled how far", () => {
    for (const handle of HANDLES) {
      for (const [dx, dy] of [
        [500, 500],
        [-500, -500],
        [500, -500],
      ] as const) {
        const { x0, y0, x1, y1 } = resized(box, handle, dx, dy, size, 16);
        expect(x1 - x0).toBeGreaterThanOrEqual(16);
        expect(y1 - y0).toBeGreaterThanOrEqual(16);
        expect([x0 >= 0, y0 >= 0, x1 <= 100, y1 <= 80]).toEqual([true, true, true, true]);
      }
    }
  });

  it("holds every pixel that a drag touched, in whatever direction, and only of the picture", () => {
    expect(drawn(5.2, 6.8, 8.1, 9.9, size)).toEqual({ x0: 5, y0: 6, x1: 9, y1: 10 });
    expect(drawn(8.1, 9.9, 5.2, 6.8, size)).toEqual({ x0: 5, y0: 6, x1: 9, y1: 10 });
    expect(drawn(90, 70, 130, 130, size)).toEqual({ x0: 90, y0: 70, x1: 100, y1: 80 });
    expect(drawn(-9, -9, -2, -2, size)).toBeNull();
  });

  it("has its handles on its corners and in the middle of its sides", () => {
    expect(handlePlace(box, "nw")).toEqual([10, 20]);
    expect(handlePlace(box, "s")).toEqual([20, 40]);
    expect(handlePlace(box, "e")).toEqual([30, 30]);
  });

  it("begins in the middle of what is kept", () => {
    expect(boxWithin({ x0: 0, y0: 0, x1: 100, y1: 80 }, 0.2)).toEqual({
      x0: 40,
      y0: 32,
      x1: 60,
      y1: 48,
    });
  });
});
