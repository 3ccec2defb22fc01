import { describe, expect, it } from "vitest";
import {
  fromJson,
  keptPixels,
  keptShare,
  NOTHING_REMOVED,
  type Redaction,
  storedPicture,
  toJson,
  withCrop,
} from "./redaction";

const size = { width: 4, height: 3 };
const rows = (kept: Uint8Array, width: number): string[] =>
  [...kept].reduce<string[]>((lines, pixel, at) => {
    if (at % width === 0) lines.push("");
    lines[lines.length - 1] += pixel === 1 ? "#" : ".";
    return lines;
  }, []);
const grey = (values: number[]): Uint8ClampedArray =>
  new Uint8ClampedArray(values.flatMap((value) => [value, value, value, 255]));
const picture = { ...size, pixels: grey([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };

describe("what is kept", () => {
  it("is everything when nothing is removed", () => {
    expect(rows(keptPixels(NOTHING_REMOVED, size), 4)).toEqual(["####", "####", "####"]);
  });

  it("is inside the crop, outside the boxes and inside the sector, box ends excluded", () => {
    const redaction: Redaction = {
      crop: { x0: 1, y0: 0, x1: 4, y1: 2 },
      blanks: [{ x0: 2, y0: 1, x1: 3, y1: 3 }],
      keep: [
        [0, 0],
        [3, 0],
        [3, 3],
        [0, 3],
      ],
    };
    expect(rows(keptPixels(redaction, size), 4)).toEqual([".##.", ".#..", "...."]);
  });

  it("counts a pixel to the sector when its centre is inside", () => {
    const keep = [
      [0, 0],
      [4, 0],
      [0, 3],
    ] as const;
    expect(rows(keptPixels({ ...NOTHING_REMOVED, keep }, size), 4)).toEqual([
      "###.",
      "##..",
      "#...",
    ]);
  });

  it("says how much of a box stays", () => {
    const kept = keptPixels({ ...NOTHING_REMOVED, crop: { x0: 0, y0: 0, x1: 2, y1: 3 } }, size);
    expect(keptShare({ x0: 1, y0: 0, x1: 3, y1: 3 }, kept, size)).toBe(0.5);
    expect(keptShare({ x0: 2, y0: 0, x1: 4, y1: 3 }, kept, size)).toBe(0);
  });
});

describe("the picture as it will be stored", () => {
  it("is cropped, black where it is blanked, and otherwise the same grey", () => {
    const stored = storedPicture(picture, {
      crop: { x0: 1, y0: 1, x1: 4, y1: 3 },
      blanks: [{ x0: 0, y0: 0, x1: 2, y1: 2 }],
      keep: null,
    });
    expect([stored.width, stored.height]).toEqual([3, 2]);
    expect([...stored.pixels].filter((_, at) => at % 4 === 0)).toEqual([0, 7, 8, 10, 11, 12]);
    expect([...stored.pixels].filter((_, at) => at % 4 === 3)).toEqual(Array(6).fill(255));
  });
});

describe("a redaction on its way", () => {
  it("comes back from its JSON as it was", () => {
    const redaction: Redaction = {
      crop: { x0: 1, y0: 0, x1: 4, y1: 2 },
      blanks: [{ x0: 2, y0: 1, x1: 3, y1: 3 }],
      keep: [
        [0, 0.5],
        [3, 0],
        [3, 3],
      ],
    };
    expect(fromJson(JSON.parse(JSON.stringify(toJson(redaction))))).toEqual(redaction);
  });

  it("writes a crop of the whole picture as none", () => {
    const whole = { x0: 0, y0: 0, x1: 4, y1: 3 };
    expect(withCrop(NOTHING_REMOVED, whole, size).crop).toBeNull();
  });
});
