import { describe, expect, it } from "vitest";
import { FITTED, MOST_ZOOM, placed, zoomedAt, zoomedIn } from "./stageView";

const fit = placed({ width: 640, height: 480 }, { width: 800, height: 600 }, 18);

/** Where a pixel of the picture stands on the screen. */
const onScreen = (zoom: typeof FITTED, x: number, y: number) => {
  const at = zoomedIn(fit, zoom);
  return [at.left + x * at.scale, at.top + y * at.scale];
};

describe("zooming the picture that is looked at", () => {
  it("keeps the pixel under the pointer where it is", () => {
    const [x, y] = onScreen(FITTED, 300, 200) as [number, number];
    const zoom = zoomedAt(zoomedAt(FITTED, fit, 2, x, y), fit, 1.5, x, y);
    const [nowX, nowY] = onScreen(zoom, 300, 200) as [number, number];
    expect(zoom.factor).toBeCloseTo(3);
    expect(nowX).toBeCloseTo(x);
    expect(nowY).toBeCloseTo(y);
  });

  it("ends at the fitted picture and at twelve times its size", () => {
    expect(zoomedAt(zoomedAt(FITTED, fit, 3, 10, 10), fit, 0.01, 10, 10)).toEqual(FITTED);
    expect(zoomedAt(FITTED, fit, 1000, 10, 10).factor).toBe(MOST_ZOOM);
  });
});
