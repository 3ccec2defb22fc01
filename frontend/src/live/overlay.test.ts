import { describe, expect, it } from "vitest";
import { colourTable, EDGE, paint, withEdges } from "./overlay";

const classes = [
  { index: 1, colour: "#e69f00" },
  { index: 2, colour: "#56b4e9" },
];
const filled = { opacity: 0.5, isFilled: true, hidden: new Set<number>() };

function rgba(word: number | undefined): number[] {
  return [...new Uint8Array(new Uint32Array([word ?? 0]).buffer)];
}

describe("the table of colours", () => {
  it("colours areas faintly and their edges clearly", () => {
    const table = colourTable(classes, filled);
    expect(rgba(table[1])).toEqual([0xe6, 0x9f, 0x00, 128]);
    expect(rgba(table[1 | EDGE]).slice(0, 3)).toEqual([0xe6, 0x9f, 0x00]);
    expect(rgba(table[1 | EDGE])[3]).toBeGreaterThan(128);
    expect(rgba(table[2])).toEqual([0x56, 0xb4, 0xe9, 128]);
  });

  it("leaves background and unknown classes transparent", () => {
    const table = colourTable(classes, filled);
    expect([table[0], table[3], table[EDGE], table[3 | EDGE], table[127]]).toEqual([0, 0, 0, 0, 0]);
  });

  it("draws outlines only, hides one class, hides all", () => {
    const outline = colourTable(classes, { ...filled, isFilled: false });
    expect(outline[1]).toBe(0);
    expect(rgba(outline[1 | EDGE])[3]).toBe(255);
    const without = colourTable(classes, { ...filled, hidden: new Set([1]) });
    expect([without[1], without[1 | EDGE]]).toEqual([0, 0]);
    expect(without[2]).not.toBe(0);
    expect(colourTable(classes, { ...filled, opacity: 0 }).every((word) => word === 0)).toBe(true);
  });

  it("takes nothing that is not a colour", () => {
    const table = colourTable([{ index: 1, colour: "url(x)" }], filled);
    expect(table[1]).toBe(0);
  });
});

it("marks edges against other classes and at the rim, and paints through the table", () => {
  // a 3 x 3 block of class 1 in a map of 5 x 5, and class 2 in the corner
  const labels = new Uint8Array(25);
  for (const y of [1, 2, 3]) labels.fill(1, y * 5 + 1, y * 5 + 4);
  labels[24] = 2;
  const before = labels.slice();
  const marked = withEdges({ width: 5, height: 5, labels });
  expect(marked[12]).toBe(1);
  expect(marked[6]).toBe(1 | EDGE);
  expect(marked[24]).toBe(2 | EDGE);
  expect(labels).toEqual(before);
  const pixels = new Uint32Array(25);
  const table = colourTable(classes, filled);
  paint(marked, table, pixels);
  expect(pixels[12]).toBe(table[1]);
  expect(pixels[0]).toBe(0);
});
