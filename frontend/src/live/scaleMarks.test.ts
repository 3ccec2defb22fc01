import { describe, expect, it } from "vitest";
import { firstMarks, lengthPixels, moved, scaleOf, withClick } from "./scaleMarks";

const FRAME = { width: 640, height: 480 };

describe("two marks on the depth ruler", () => {
  it("are placed in turn, and moved by whoever clicks nearer", () => {
    let marks = firstMarks(FRAME);
    expect(marks.placed).toBe(0);
    marks = withClick(marks, { x: 20, y: 100 });
    // nearer to the first, but the second is to be placed
    marks = withClick(marks, { x: 20, y: 140 });
    expect(marks.ends).toEqual([
      { x: 20, y: 100 },
      { x: 20, y: 140 },
    ]);
    marks = withClick(marks, { x: 20, y: 400 });
    expect(marks.ends[1]).toEqual({ x: 20, y: 400 });
    marks = withClick(marks, { x: 23, y: 104 });
    expect(marks.ends[0]).toEqual({ x: 23, y: 104 });
    expect(lengthPixels(marks)).toBeCloseTo(Math.hypot(3, 296));
  });

  it("are moved by keys, and never leave the picture", () => {
    let marks = moved(firstMarks(FRAME), 1, 0, 10);
    expect(marks.ends).toEqual([
      { x: 320, y: 120 },
      { x: 320, y: 370 },
    ]);
    marks = moved(marks, 0, -1000, -1000);
    expect(marks.ends[0]).toEqual({ x: 0, y: 0 });
    expect(withClick(firstMarks(FRAME), { x: 900, y: 900 }).ends[0]).toEqual({ x: 640, y: 480 });
  });

  it("give a scale in any direction", () => {
    const upright = withClick(withClick(firstMarks(FRAME), { x: 5, y: 80 }), { x: 5, y: 280 });
    expect(scaleOf(upright, 20)).toBe(100);
    const slanted = withClick(withClick(firstMarks(FRAME), { x: 0, y: 0 }), { x: 300, y: 400 });
    expect(scaleOf(slanted, 25)).toBe(50);
  });

  it("give none where it would be coarse, or be of no ultrasound picture", () => {
    const near = withClick(withClick(firstMarks(FRAME), { x: 5, y: 80 }), { x: 5, y: 95 });
    expect(scaleOf(near, 10)).toMatch(/too near/);
    const fine = firstMarks(FRAME);
    for (const length of [0, -1, Number.NaN]) expect(scaleOf(fine, length)).toMatch(/How long/);
    expect(scaleOf(fine, 0.5)).toMatch(/No ultrasound/);
    expect(scaleOf(fine, 900)).toMatch(/No ultrasound/);
  });
});
