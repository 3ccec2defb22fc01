import { beforeEach, describe, expect, it } from "vitest";
import { type Contour, dice, ellipseContour, shapeMask } from "../../geometry";
import { at, Bench, drag, type Place } from "./bench.fixture";
import { ScissorsTool } from "./scissorsTool";

let bench: Bench;
beforeEach(() => {
  localStorage.clear();
  bench = new Bench();
});

describe("the scissors", () => {
  beforeEach(() => {
    // a bright disc of radius 30 about (70, 60), softened
    bench.gray = Uint8Array.from({ length: bench.width * bench.height }, (_, i) => {
      const [x, y] = [(i % bench.width) + 0.5, Math.floor(i / bench.width) + 0.5];
      const inside = 1 / (1 + Math.exp(Math.hypot(x - 70, y - 60) - 30));
      return 40 + Math.round(140 * inside) + ((x * 7 + y * 13) % 11);
    });
  });

  it("follow the edge between four clicks as one closed curve", () => {
    const tool = new ScissorsTool(bench);
    const places: Place[] = [
      [100, 60],
      [70, 90],
      [40, 60],
      [70, 30],
    ];
    for (const place of places) {
      tool.hover(at(...place));
      drag(tool, place);
    }
    expect(bench.drawn).toEqual([]);
    tool.pointerDown(at(100, 60));
    const disc = ellipseContour({ centre: [70, 60], first: 30, second: 30, angle: 0 });
    const maskOf = (shape: Contour) => shapeMask(shape, bench.width, bench.height);
    expect(bench.drawn).toHaveLength(1);
    expect(dice(maskOf(bench.drawn[0] as Contour), maskOf(disc))).toBeGreaterThan(0.97);
    expect(tool.preview()).toEqual({});
  });

  it("take a pin back, go straight with Alt, and forget on Escape", () => {
    const tool = new ScissorsTool(bench);
    tool.pointerDown(at(20, 20));
    tool.hover(at(40, 25, { isAlt: true }));
    expect(tool.preview().wire?.live).toEqual([
      [20, 20],
      [40, 25],
    ]);
    tool.pointerDown(at(40, 25));
    tool.key("Backspace");
    expect(tool.preview().wire?.pins).toHaveLength(1);
    tool.key("Escape");
    expect(tool.key("Enter")).toBe(false);
    expect(bench.drawn).toEqual([]);
  });
});
