import { describe, expect, it } from "vitest";
import { Followed, placeLabels } from "./labelPlaces";

const label = (index: number, x: number, y: number, regionWidth = 200, regionHeight = 90) => ({
  index,
  x,
  y,
  width: 80,
  height: 20,
  regionWidth,
  regionHeight,
});

function overlap(a: { x: number; y: number }, b: { x: number; y: number }): boolean {
  return Math.abs(a.x - b.x) < 80 && Math.abs(a.y - b.y) < 20;
}

describe("places of labels", () => {
  it("are the centres where there is room", () => {
    expect(placeLabels([label(1, 100, 50), label(2, 300, 50)], 400, 300)).toEqual([
      { index: 1, x: 100, y: 50 },
      { index: 2, x: 300, y: 50 },
    ]);
  });

  it("are above a structure that is too small for its name, or below where another is", () => {
    const nerve = label(1, 100, 100, 30, 20);
    expect(placeLabels([nerve], 400, 300)).toEqual([{ index: 1, x: 100, y: 78 }]);
    const above = label(2, 110, 76, 30, 16);
    expect(placeLabels([nerve, above], 400, 300)).toEqual([
      { index: 1, x: 100, y: 122 },
      { index: 2, x: 110, y: 56 },
    ]);
  });

  it("go to the other side of a larger structure rather than over a nerve", () => {
    const vessel = label(1, 100, 150, 70, 70);
    const nerve = label(2, 80, 100, 40, 30);
    expect(placeLabels([vessel, nerve], 400, 300)[0]).toEqual({ index: 1, x: 100, y: 197 });
  });

  it("stay inside the picture", () => {
    const [place] = placeLabels([label(1, 2, 299)], 400, 300);
    expect(place).toEqual({ index: 1, x: 40, y: 290 });
  });

  it("never overlap, however the centres crowd", () => {
    let state = 11;
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % below;
    };
    for (let round = 0; round < 300; round++) {
      const wanted = Array.from({ length: 6 }, (_, at) =>
        label(at + 1, 150 + random(100), 100 + random(60)),
      );
      const places = placeLabels(wanted, 400, 300);
      expect(places).toHaveLength(6);
      for (const [at, place] of places.entries()) {
        expect(places.slice(at + 1).some((other) => overlap(place, other))).toBe(false);
        expect(place.y).toBeGreaterThanOrEqual(10);
        expect(place.y).toBeLessThanOrEqual(290);
      }
    }
  });

  it("leave names out where a picture is too small for all", () => {
    const wanted = [label(1, 50, 5), label(2, 50, 5), label(3, 50, 5)];
    expect(placeLabels(wanted, 100, 45).map(({ index }) => index)).toEqual([1, 2]);
  });
});

describe("labels that follow", () => {
  it("move calmly, the more time has passed the farther", () => {
    const followed = new Followed();
    followed.follow([{ index: 1, x: 100, y: 100 }], 0);
    const [soon] = followed.follow([{ index: 1, x: 110, y: 100 }], 33);
    expect(soon?.x).toBeGreaterThan(102);
    expect(soon?.x).toBeLessThan(108);
    const [later] = followed.follow([{ index: 1, x: 110, y: 100 }], 2000);
    expect(later?.x).toBeCloseTo(110, 3);
  });

  it("leap with a region that leaps, and begin anew after it was gone", () => {
    const followed = new Followed();
    followed.follow([{ index: 1, x: 0, y: 0 }], 0);
    expect(followed.follow([{ index: 1, x: 300, y: 0 }], 33)[0]?.x).toBe(300);
    followed.follow([], 33);
    expect(followed.follow([{ index: 1, x: 290, y: 0 }], 33)[0]?.x).toBe(290);
  });
});
