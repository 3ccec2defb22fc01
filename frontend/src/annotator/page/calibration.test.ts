import { describe, expect, it } from "vitest";
import { millimetresBetween } from "../view/ruler";
import { micronsPerPixelOf } from "./calibration";

describe("calibrating", () => {
  it("gives the scale under which the two places measure what was typed", () => {
    const microns = micronsPerPixelOf(
      [
        [10, 20],
        [10, 420],
      ],
      40,
    );
    expect(microns).toBe(100);
    expect(millimetresBetween([10, 20], [10, 420], microns ?? 0)).toBeCloseTo(40, 9);
  });

  it("gives none for places too near, or no distance", () => {
    expect(
      micronsPerPixelOf(
        [
          [1, 1],
          [3, 1],
        ],
        10,
      ),
    ).toBeNull();
    expect(
      micronsPerPixelOf(
        [
          [0, 0],
          [0, 100],
        ],
        0,
      ),
    ).toBeNull();
    expect(
      micronsPerPixelOf(
        [
          [0, 0],
          [0, 100],
        ],
        Number.NaN,
      ),
    ).toBeNull();
  });
});
