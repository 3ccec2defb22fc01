import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ChunkError } from "./chunkFile";
import { decodeGrayPng } from "./grayPng";
import { random } from "./random.fixture";

/** A PNG whose row `y` is written with row filter `kinds[y % kinds.length]`; CRCs are left 0. */
function pngOf(gray: Uint8Array, width: number, height: number, kinds: number[], pieces = 1) {
  const rows = new Uint8Array((width + 1) * height);
  const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (gray[y * width + x] as number));
  for (let y = 0; y < height; y++) {
    const kind = kinds[y % kinds.length] as number;
    rows[y * (width + 1)] = kind;
    for (let x = 0; x < width; x++) {
      const [left, up, corner] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
      const guess = left + up - corner;
      const near = [left, up, corner].sort((a, b) => Math.abs(guess - a) - Math.abs(guess - b))[0];
      const expected = [0, left, up, (left + up) >> 1, near as number][kind] as number;
      rows[y * (width + 1) + 1 + x] = at(x, y) - expected;
    }
  }
  const packed = new Uint8Array(deflateSync(rows));
  const cut = Math.ceil(packed.length / pieces);
  const parts = [chunk("IHDR", [...word(width), ...word(height), 8, 0, 0, 0, 0])];
  for (let i = 0; i < pieces; i++) parts.push(chunk("IDAT", packed.slice(i * cut, (i + 1) * cut)));
  parts.push(chunk("IEND", []));
  return Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, ...parts.flat()]);
}

const word = (value: number) => [24, 16, 8, 0].map((shift) => (value >> shift) & 255);
const chunk = (name: string, body: ArrayLike<number>) => [
  ...word(body.length),
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...Array.from(body),
  ...word(0),
];

describe("a grey PNG", () => {
  it("gives back every grey value, whichever row filters wrote it", async () => {
    const next = random(7);
    for (const kinds of [[0], [1], [2], [3], [4], [4, 3, 2, 1, 0], [2, 4, 1]]) {
      const [width, height] = [1 + Math.floor(next() * 40), 1 + Math.floor(next() * 30)];
      const gray = Uint8Array.from({ length: width * height }, () => next() * 256);
      const decoded = await decodeGrayPng(pngOf(gray, width, height, kinds, 1 + (width % 3)));
      expect([decoded.width, decoded.height]).toEqual([width, height]);
      expect(decoded.gray).toEqual(gray);
    }
  });

  it("is refused when it is cut short anywhere, or of another kind", async () => {
    const gray = Uint8Array.from({ length: 48 }, (_, i) => i * 5);
    const whole = pngOf(gray, 8, 6, [4]);
    for (let length = 0; length < whole.length - 12; length++) {
      await expect(decodeGrayPng(whole.slice(0, length))).rejects.toThrow(ChunkError);
    }
    const coloured = whole.slice();
    coloured[25] = 2;
    await expect(decodeGrayPng(coloured)).rejects.toThrow("8-bit grey");
  });
});
