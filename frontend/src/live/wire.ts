/**
 * The binary message of the live path, as `inference/live/wire.py` defines it: a little-endian
 * header of 64 bytes, then typed segments. A picture and the mask made from it are in one message;
 * segments of unknown kinds are skipped by whoever asks for a kind.
 */

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 10;
const MAGIC = 0x31435346; // "FSC1"
const VERSION = 1;
const FRAME = 1;

export const MAX_MESSAGE_BYTES = 8 << 20;
export const MIN_SIDE = 16;
export const MAX_SIDE = 2048;
export const MAX_SEGMENTS = 16;
export const MAX_CLASSES = 64;
const MOST_MICRONS = 1e5;

export const Flag = { inferred: 1, recording: 2, originalTimes: 4 } as const;
const KNOWN_FLAGS = 7;

export const Kind = { image: 1, labels: 2, confidence: 4, meta: 6 } as const;
export const Codec = { raw: 0, jpeg: 1, zlib: 2, json: 3 } as const;

export type WireCode =
  | "too_large"
  | "truncated"
  | "wrong_magic"
  | "wrong_version"
  | "wrong_type"
  | "wrong_size"
  | "wrong_scale"
  | "too_many_segments"
  | "trailing_bytes"
  | "wrong_image"
  | "wrong_labels"
  | "wrong_confidence";

/** A message that cannot be taken; `code` names the reason for programs. */
export class WireError extends Error {
  constructor(
    readonly code: WireCode,
    sentence: string,
  ) {
    super(sentence);
    this.name = "WireError";
  }
}

export interface Segment {
  readonly kind: number;
  readonly codec: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A message as it was read. Stamps `t…Us` are microseconds of the wall clock; 0 = not set. */
export interface WireFrame {
  readonly sequence: number;
  readonly epoch: number;
  readonly width: number;
  readonly height: number;
  readonly tSourceNs: bigint;
  readonly tBridgeUs: number;
  readonly tHubInUs: number;
  readonly tHubOutUs: number;
  /** Micrometres per pixel; 0 = unknown. */
  readonly micronsPerPixel: number;
  readonly model: number;
  readonly inferenceUs: number;
  readonly flags: number;
  readonly segments: readonly Segment[];
}

/** The first segment of a kind. */
export const segmentOf = (frame: WireFrame, kind: number): Segment | null =>
  frame.segments.find((each) => each.kind === kind) ?? null;

/** Read a message. Segment bytes are views into it. Throws WireError. */
export function decodeFrame(message: ArrayBuffer): WireFrame {
  if (message.byteLength > MAX_MESSAGE_BYTES) {
    throw new WireError("too_large", `A message holds at most ${MAX_MESSAGE_BYTES} bytes.`);
  }
  if (message.byteLength < HEADER_BYTES) {
    throw new WireError("truncated", "The message is shorter than its header.");
  }
  const view = new DataView(message);
  if (view.getUint32(0, true) !== MAGIC) {
    throw new WireError("wrong_magic", "This is not a frame message.");
  }
  const version = view.getUint8(4);
  if (version !== VERSION) {
    throw new WireError("wrong_version", `Message version ${version} is not spoken here.`);
  }
  const type = view.getUint8(5);
  if (type !== FRAME) throw new WireError("wrong_type", `Message type ${type} is not known.`);
  const [width, height] = [view.getUint16(48, true), view.getUint16(50, true)];
  const isTaken = (side: number) => side >= MIN_SIDE && side <= MAX_SIDE;
  if (!isTaken(width) || !isTaken(height)) {
    throw new WireError("wrong_size", `A frame of ${width}x${height} is not taken.`);
  }
  const micronsPerPixel = view.getFloat32(52, true);
  if (!(micronsPerPixel >= 0 && micronsPerPixel < MOST_MICRONS)) {
    throw new WireError("wrong_scale", "The micrometres per pixel are not a sensible number.");
  }
  return {
    flags: view.getUint16(6, true) & KNOWN_FLAGS,
    sequence: view.getUint32(8, true),
    epoch: view.getUint32(12, true),
    tSourceNs: view.getBigInt64(16, true),
    tBridgeUs: Number(view.getBigInt64(24, true)),
    tHubInUs: Number(view.getBigInt64(32, true)),
    tHubOutUs: Number(view.getBigInt64(40, true)),
    width,
    height,
    micronsPerPixel,
    model: view.getUint32(56, true),
    inferenceUs: view.getUint16(60, true),
    segments: segmentsOf(view, view.getUint16(62, true)),
  };
}

function segmentsOf(view: DataView<ArrayBuffer>, count: number): Segment[] {
  if (count > MAX_SEGMENTS) {
    throw new WireError("too_many_segments", `At most ${MAX_SEGMENTS} segments fit a message.`);
  }
  const found: Segment[] = [];
  let place = HEADER_BYTES;
  for (let number = 0; number < count; number++) {
    if (place + SEGMENT_BYTES > view.byteLength) {
      throw new WireError("truncated", "The message ends within a segment's header.");
    }
    const length = view.getUint32(place + 6, true);
    const start = place + SEGMENT_BYTES;
    if (start + length > view.byteLength) {
      throw new WireError("truncated", "The message ends within a segment.");
    }
    found.push({
      kind: view.getUint8(place),
      codec: view.getUint8(place + 1),
      width: view.getUint16(place + 2, true),
      height: view.getUint16(place + 4, true),
      data: new Uint8Array(view.buffer, start, length),
    });
    place = start + length;
  }
  if (place !== view.byteLength) {
    throw new WireError("trailing_bytes", "The message goes on after its last segment.");
  }
  return found;
}

/** A map of class indices, row by row, in its own pixels. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** The label map of a segment. Never unpacks more than the size it says. Throws WireError. */
export async function labelsOf(segment: Segment): Promise<LabelMap> {
  const { width, height } = segment;
  const expected = width * height;
  if (segment.codec !== Codec.zlib || expected === 0 || width > MAX_SIDE || height > MAX_SIDE) {
    throw new WireError("wrong_labels", "The label map is not of a known form.");
  }
  const labels = new Uint8Array(expected);
  let place = 0;
  const unpacking = new DecompressionStream("deflate");
  const writer = unpacking.writable.getWriter();
  // what is wrong with the bytes is told by the reader as well
  writer.write(segment.data).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = unpacking.readable.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (place + value.length > expected) {
        await reader.cancel().catch(() => undefined);
        throw new WireError("wrong_labels", "The label map is not of the size it says.");
      }
      labels.set(value, place);
      place += value.length;
    }
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError("wrong_labels", "The label map's bytes are damaged.");
  }
  if (place !== expected) {
    throw new WireError("wrong_labels", "The label map is not of the size it says.");
  }
  if (labels.some((label) => label >= MAX_CLASSES)) {
    throw new WireError("wrong_labels", `The label map names more than ${MAX_CLASSES} classes.`);
  }
  return { width, height, labels };
}

/** Confidences 0 to 1, one a class in the model's order; NaN = not seen. Throws WireError. */
export function confidenceOf(segment: Segment): number[] {
  if (segment.codec !== Codec.raw || segment.width > MAX_CLASSES) {
    throw new WireError("wrong_confidence", "The confidences are not of a known form.");
  }
  if (segment.data.byteLength !== 4 * segment.width) {
    throw new WireError("wrong_confidence", "The confidences are not as many as they say.");
  }
  const view = new DataView(segment.data.buffer, segment.data.byteOffset, segment.data.byteLength);
  return Array.from({ length: segment.width }, (_, index) => view.getFloat32(4 * index, true));
}
