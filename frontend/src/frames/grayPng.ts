/**
 * Exact grey values of a PNG, without a canvas: no colour management, no alpha, no browser setting
 * stands between the stored pixels and these, and a frame takes one byte a pixel instead of four.
 */

import { ChunkError } from "./chunkFile";

export interface GrayPixels {
  readonly width: number;
  readonly height: number;
  /** Row by row, `width * height` bytes. */
  readonly gray: Uint8Array<ArrayBuffer>;
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const IHDR = 0x49484452;
const IDAT = 0x49444154;

/** Whether these bytes begin as a PNG does. */
export function isPng(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte);
}

/** Decode an 8-bit grey PNG without interlacing. Throws ChunkError for any other. */
export async function decodeGrayPng(file: Uint8Array<ArrayBuffer>): Promise<GrayPixels> {
  const { width, height, parts } = partsOf(file);
  const rows = await inflated(parts, (width + 1) * height);
  return { width, height, gray: unfiltered(rows, width, height) };
}

function partsOf(file: Uint8Array<ArrayBuffer>): {
  width: number;
  height: number;
  parts: Uint8Array<ArrayBuffer>[];
} {
  if (!isPng(file)) throw new ChunkError("A picture of the clip is damaged.");
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let width = 0;
  let height = 0;
  for (let at = 8; at + 12 <= file.length; ) {
    const length = view.getUint32(at);
    const type = view.getUint32(at + 4);
    if (at + 12 + length > file.length) break;
    if (type === IHDR && length === 13) {
      width = view.getUint32(at + 8);
      height = view.getUint32(at + 12);
      const isPlain =
        view.getUint8(at + 16) === 8 &&
        view.getUint8(at + 17) === 0 &&
        view.getUint8(at + 20) === 0;
      if (!isPlain) throw new ChunkError("A picture of the clip is not 8-bit grey.");
    } else if (type === IDAT) {
      parts.push(file.subarray(at + 8, at + 8 + length));
    }
    at += 12 + length;
  }
  if (width === 0 || height === 0 || parts.length === 0) {
    throw new ChunkError("A picture of the clip is cut short.");
  }
  return { width, height, parts };
}

async function inflated(
  parts: readonly Uint8Array<ArrayBuffer>[],
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // a fault in the data reaches the reader too
  const ignore = () => undefined;
  for (const part of parts) writer.write(part).catch(ignore);
  writer.close().catch(ignore);
  const out = new Uint8Array(size);
  const reader = stream.readable.getReader();
  let filled = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (filled + value.length > size) throw new RangeError("more rows than the header says");
      out.set(value, filled);
      filled += value.length;
    }
  } catch {
    throw new ChunkError("A picture of the clip is damaged.");
  }
  if (filled !== size) throw new ChunkError("A picture of the clip is cut short.");
  return out;
}

/** Undo the five row filters of PNG (ISO/IEC 15948, clause 9) for one byte a pixel. */
export function unfiltered(
  rows: Uint8Array,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const gray = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = y * (width + 1) + 1;
    const to = y * width;
    const above = to - width;
    switch (rows[from - 1]) {
      case 0:
        gray.set(rows.subarray(from, from + width), to);
        break;
      case 1: {
        let left = 0;
        for (let x = 0; x < width; x++) {
          left = ((rows[from + x] as number) + left) & 255;
          gray[to + x] = left;
        }
        break;
      }
      case 2:
        if (y === 0) gray.set(rows.subarray(from, from + width), to);
        else {
          for (let x = 0; x < width; x++) {
            gray[to + x] = (rows[from + x] as number) + (gray[above + x] as number);
          }
        }
        break;
      case 3: {
        let left = 0;
        for (let x = 0; x < width; x++) {
          const up = y === 0 ? 0 : (gray[above + x] as number);
          left = ((rows[from + x] as number) + ((left + up) >> 1)) & 255;
          gray[to + x] = left;
        }
        break;
      }
      case 4: {
        let left = 0;
        let corner = 0;
        for (let x = 0; x < width; x++) {
          const up = y === 0 ? 0 : (gray[above + x] as number);
          left = ((rows[from + x] as number) + paeth(left, up, corner)) & 255;
          gray[to + x] = left;
          corner = up;
        }
        break;
      }
      default:
        throw new ChunkError("A picture of the clip is damaged.");
    }
  }
  return gray;
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
