import { describe, expect, it } from "vitest";
import type { ToolPointer } from "../tools/tool";
import { MeasureTool } from "./measureTool";
import { millimetresBetween, rulerTicks, scaleBar } from "./ruler";

describe("the ruler", () => {
  it("counts millimetres from the image's edge at every zoom", () => {
    for (const perMillimetre of [0.7, 3, 12.5, 80, 900]) {
      for (const offset of [-2000, -13, 0, 40]) {
        const ticks = rulerTicks(perMillimetre, offset, 3000, 800);
        expect(ticks.length).toBeLessThan(120);
        for (const { at, millimetres } of ticks) {
          expect(at).toBeCloseTo(offset + millimetres * perMillimetre, 1);
          expect(at >= 0 && at <= 800).toBe(true);
        }
        const major = ticks.filter((tick) => tick.isMajor);
        for (let i = 1; i < major.length; i++) {
          expect((major[i]?.at ?? 0) - (major[i - 1]?.at ?? 0)).toBeGreaterThanOrEqual(55.9);
        }
      }
    }
  });

  it("does not go beyond the image", () => {
    const ticks = rulerTicks(10, 100, 200, 1000);
    expect(ticks[0]).toEqual({ at: 100, millimetres: 0, isMajor: true });
    expect(ticks.at(-1)?.millimetres).toBe(20);
  });

  it("has a bar of a round length that fits", () => {
    for (const perMillimetre of [0.7, 3, 12.5, 80, 900]) {
      const { millimetres, pixels } = scaleBar(perMillimetre);
      expect(pixels).toBeLessThanOrEqual(130);
      expect(pixels).toBeCloseTo(millimetres * perMillimetre, 9);
    }
    expect(scaleBar(12.5).millimetres).toBe(10);
  });
});

describe("measuring", () => {
  const pointer = (x: number, y: number): ToolPointer => ({
    at: [x, y],
    pixel: 0.5,
    isTouch: false,
    isShift: false,
    isAlt: false,
  });

  it("takes two clicks", () => {
    const measured: unknown[] = [];
    const tool = new MeasureTool(
      (from, to) => `${millimetresBetween(from, to, 100)} mm`,
      (...places) => measured.push(places),
    );
    expect(tool.line()).toBeNull();
    tool.pointerDown(pointer(0, 0));
    tool.pointerUp(pointer(1, 0));
    tool.hover(pointer(20, 0));
    expect(measured).toEqual([]);
    expect(tool.line()?.label).toBe("2 mm");
    tool.pointerDown(pointer(30, 40));
    tool.pointerUp(pointer(30, 40));
    tool.hover(pointer(90, 90));
    expect(tool.line()?.label).toBe("5 mm");
    expect(measured).toEqual([
      [
        [0, 0],
        [30, 40],
      ],
    ]);
  });

  it("takes one drag, and forgets it when it is put away", () => {
    const tool = new MeasureTool((from, to) => String(millimetresBetween(from, to, 1000)));
    tool.pointerDown(pointer(0, 0));
    tool.pointerMove(pointer(6, 8));
    tool.pointerUp(pointer(6, 8));
    tool.hover(pointer(50, 50));
    expect(tool.line()?.label).toBe("10");
    tool.deactivate();
    expect(tool.line()).toBeNull();
  });
});
