import { describe, expect, it } from "vitest";
import { regionsOf } from "./regions";

/** A map drawn in text: `.` is background. */
function map(...rows: string[]) {
  const labels = Uint8Array.from(rows.join(""), (letter) => (letter === "." ? 0 : Number(letter)));
  return { width: rows[0]?.length ?? 0, height: rows.length, labels };
}

describe("regions of a label map", () => {
  it("are none where nothing is marked", () => {
    expect(regionsOf(map("....", "...."))).toEqual([]);
  });

  it("give the centre in picture pixels", () => {
    const [region] = regionsOf(map(".....", ".111.", ".111."), 2, 3);
    expect(region).toEqual({ index: 1, area: 6, x: 5, y: 6, width: 6, height: 6 });
  });

  it("take the largest piece of a class, not the middle between pieces", () => {
    const [region] = regionsOf(map("1.....", "......", "...111", "...111"));
    expect(region).toMatchObject({ area: 6, x: 4.5, y: 3, width: 3, height: 2 });
  });

  it("join arms that meet further down, and keep classes apart", () => {
    const found = regionsOf(map("1.1.1", "1.1.1", "11111", "22222"));
    expect(found.map(({ index, area }) => [index, area])).toEqual([
      [1, 11],
      [2, 5],
    ]);
  });

  it("do not join corners", () => {
    expect(regionsOf(map("11..", "..11", "..11"))[0]?.area).toBe(4);
  });

  it("agree with flood filling on random maps", () => {
    let state = 3;
    for (let round = 0; round < 60; round++) {
      const [width, height] = [9, 8];
      const labels = Uint8Array.from({ length: width * height }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return (state >>> 16) % 3;
      });
      const areas = regionsOf({ width, height, labels }).map(({ index, area }) => [index, area]);
      expect(areas).toEqual(flooded(width, height, labels));
    }
  });
});

function flooded(width: number, height: number, labels: Uint8Array): number[][] {
  const left = labels.slice();
  const largest = new Map<number, number>();
  for (let start = 0; start < left.length; start++) {
    const label = left[start] as number;
    if (label === 0) continue;
    const stack = [start];
    left[start] = 0;
    let area = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      area += 1;
      const x = at % width;
      const beside = [
        ...(x > 0 ? [at - 1] : []),
        ...(x < width - 1 ? [at + 1] : []),
        ...(at >= width ? [at - width] : []),
        ...(at + width < width * height ? [at + width] : []),
      ];
      for (const next of beside.filter((place) => left[place] === label)) {
        left[next] = 0;
        stack.push(next);
      }
    }
    largest.set(label, Math.max(largest.get(label) ?? 0, area));
  }
  return [...largest].sort(([a], [b]) => a - b);
}
