/** The compact bytes of a shape; the layout is described in `annotation/geometry/codec.py`. */

import { checkedMask, parseShape } from "./documents";
import {
  ABSENT,
  type Contour,
  type ContourKind,
  MAX_COORDINATE,
  MAX_POINTS,
  type Mask,
  type Point,
  type Shape,
  ShapeError,
} from "./shapes";

const VERSION = 1;
const KINDS = ["absent", "spline", "polygon", "mask"] as const;

/** The stored form of a shape; equal shapes have equal bytes. */
export function encodeShape(shape: Shape): Uint8Array<ArrayBuffer> {
  const out: number[] = [(VERSION << 4) | KINDS.indexOf(shape.kind)];
  if (shape.kind === "mask") {
    for (const place of [shape.x, shape.y]) putVarint(out, place >= 0 ? 2 * place : -2 * place - 1);
    for (const number of [shape.width, shape.height, shape.counts.length]) putVarint(out, number);
    for (const count of shape.counts) putVarint(out, count);
  } else if (shape.kind !== "absent") {
    const n = shape.points.length;
    putVarint(out, n);
    const places = new DataView(new ArrayBuffer(16 * n));
    shape.points.forEach(([x, y], i) => {
      // adding zero gives -0 the bytes of 0
      places.setFloat64(16 * i, x + 0, true);
      places.setFloat64(16 * i + 8, y + 0, true);
    });
    const flags = new Uint8Array(Math.ceil(n / 8));
    shape.uncertain.forEach((flag, i) => {
      if (flag) flags[i >> 3] = (flags[i >> 3] as number) | (1 << (i & 7));
    });
    const bytes = new Uint8Array(out.length + 16 * n + flags.length);
    bytes.set(out);
    bytes.set(new Uint8Array(places.buffer), out.length);
    bytes.set(flags, out.length + 16 * n);
    return bytes;
  }
  return Uint8Array.from(out);
}

/** Read bytes written by `encodeShape`. Throws ShapeError when they are damaged. */
export function decodeShape(stored: Uint8Array): Shape {
  const head = stored[0];
  if (head === undefined) throw new ShapeError("The stored shape is empty.");
  if (head >> 4 !== VERSION) throw new ShapeError("The stored shape has an unknown version.");
  const kind = KINDS[head & 15];
  if (kind === undefined) throw new ShapeError("The stored shape has an unknown kind.");
  const reader = new Reader(stored);
  let shape: Shape = ABSENT;
  if (kind === "mask") shape = readMask(reader);
  else if (kind !== "absent") shape = readContour(reader, kind);
  if (reader.at !== stored.length) {
    throw new ShapeError("The stored shape is longer than it should be.");
  }
  return shape;
}

/** A shape as the server sent it: its stored bytes or its JSON form. Throws ShapeError. */
export const readShape = (sent: unknown): Shape =>
  sent instanceof Uint8Array ? decodeShape(sent) : parseShape(sent);

function readContour(reader: Reader, kind: ContourKind): Contour {
  const n = reader.varint();
  if (n > MAX_POINTS) {
    throw new ShapeError(`A contour may have at most ${MAX_POINTS} points; this one has ${n}.`);
  }
  const places = reader.view(16 * n + Math.ceil(n / 8));
  const points: Point[] = [];
  const uncertain: boolean[] = [];
  for (let i = 0; i < n; i++) {
    const x = places.getFloat64(16 * i, true);
    const y = places.getFloat64(16 * i + 8, true);
    if (!(Math.abs(x) <= MAX_COORDINATE && Math.abs(y) <= MAX_COORDINATE)) {
      throw new ShapeError(`A point lies more than ${MAX_COORDINATE} pixels from the origin.`);
    }
    points.push([x + 0, y + 0]);
    uncertain.push(((places.getUint8(16 * n + (i >> 3)) >> (i & 7)) & 1) === 1);
  }
  if (n % 8 !== 0 && places.getUint8(places.byteLength - 1) >> (n % 8) !== 0) {
    throw new ShapeError("The stored shape has flags for points it does not have.");
  }
  return { kind, points, uncertain };
}

function readMask(reader: Reader): Mask {
  const unzigzag = (number: number) => (number % 2 === 0 ? number / 2 : -(number + 1) / 2);
  const x = unzigzag(reader.varint());
  const y = unzigzag(reader.varint());
  const width = reader.varint();
  const height = reader.varint();
  const runs = reader.varint();
  if (reader.left < runs) throw new ShapeError("The stored shape is cut short.");
  const counts = Array.from({ length: runs }, () => reader.varint());
  return checkedMask(x, y, width, height, counts);
}

function putVarint(out: number[], number: number): void {
  let rest = number;
  while (rest >= 128) {
    out.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

class Reader {
  at = 1;
  private readonly stored: Uint8Array;

  constructor(stored: Uint8Array) {
    this.stored = stored;
  }

  get left(): number {
    return this.stored.length - this.at;
  }

  varint(): number {
    let number = 0;
    for (let place = 0; place < 5; place++) {
      const byte = this.stored[this.at];
      if (byte === undefined) throw new ShapeError("The stored shape is cut short.");
      this.at += 1;
      number += (byte & 127) * 2 ** (7 * place);
      if (byte < 128) {
        if ((byte === 0 && place > 0) || number >= 2 ** 32) break;
        return number;
      }
    }
    throw new ShapeError("The stored shape has a damaged number.");
  }

  view(length: number): DataView {
    if (this.left < length) throw new ShapeError("The stored shape is cut short.");
    const view = new DataView(this.stored.buffer, this.stored.byteOffset + this.at, length);
    this.at += length;
    return view;
  }
}
