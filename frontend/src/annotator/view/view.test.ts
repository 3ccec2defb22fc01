import { describe, expect, it } from "vitest";
import { contour, type Point } from "../../geometry";
import { placedNames } from "./names";
import type { Layer } from "./scene";
import { fitted, kept, toImage, toScreen, zoomed } from "./viewport";

describe("the viewport", () => {
  const image = { width: 640, height: 480 };
  const screen = { width: 1000, height: 600 };

  it("fits the whole image into the screen", () => {
    const view = fitted(image, screen);
    const [left, top] = toScreen(view, [0, 0]);
    const [right, bottom] = toScreen(view, [640, 480]);
    expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(1000);
    expect(bottom).toBeLessThanOrEqual(600);
  });

  it("keeps the place under the pointer while zooming, and maps there and back", () => {
    const at: Point = [321, 123];
    let view = fitted(image, screen);
    const before = toImage(view, at);
    for (const factor of [1.3, 2, 0.4, 5]) view = zoomed(view, factor, at);
    const after = toImage(view, at);
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
    expect(toScreen(view, after)[0]).toBeCloseTo(at[0], 9);
  });

  it("never lets the image slip away", () => {
    const view = kept({ scale: 2, x: 99_999, y: -99_999 }, image, screen);
    expect(view.x).toBeLessThan(screen.width);
    expect(view.y + image.height * view.scale).toBeGreaterThan(0);
  });
});

describe("names on the picture", () => {
  const layer = (key: string, left: number, top: number, size: number): Layer => ({
    key,
    channel: 1,
    colour: "#fff",
    name: key,
    shape: contour("polygon", [
      [left, top],
      [left + size, top],
      [left + size, top + size],
      [left, top + size],
    ]),
  });

  it("cover neither each other nor other structures where there is room", () => {
    const layers = [
      layer("median", 200, 200, 40),
      layer("ulnar", 250, 205, 40),
      layer("artery", 220, 250, 50),
      layer("bone", 100, 380, 180),
    ];
    const view = { scale: 1, x: 0, y: 0 };
    const placed = placedNames(layers, view, { width: 600, height: 600 }, () => 60);
    expect(placed).toHaveLength(4);
    for (const one of placed) {
      for (const other of placed) {
        if (one === other) continue;
        for (const box of [other.name, other.shape]) {
          const isApart =
            one.name.right <= box.left ||
            one.name.left >= box.right ||
            one.name.bottom <= box.top ||
            one.name.top >= box.bottom;
          expect(isApart, `${one.layer.name} over ${other.layer.name}`).toBe(true);
        }
      }
    }
  });
});
