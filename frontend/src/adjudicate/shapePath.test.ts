import { describe, expect, it } from "vitest";
import { contour } from "../geometry";
import { shapePath, windowAround } from "./shapePath";

const SQUARE = contour("polygon", [
  [10, 10],
  [30, 10],
  [30, 30],
  [10, 30],
]);

describe("a reader's contour beside the others", () => {
  it("is drawn through its outline in image pixels", () => {
    expect(shapePath(SQUARE)).toBe("M10 10L30 10L30 30L10 30Z");
  });

  it("is seen in one window around all of them", () => {
    const far = contour("polygon", [
      [50, 10],
      [70, 10],
      [70, 30],
    ]);
    const window = windowAround([SQUARE, far], 100, 80);
    expect([window.left, window.right]).toEqual([-8, 88]);
    expect(window.bottom - window.top).toBe(window.right - window.left);
  });

  it("has the whole picture around it where nobody drew anything", () => {
    expect(windowAround([], 100, 80)).toEqual({ left: 0, top: 0, right: 100, bottom: 80 });
  });
});
