import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import {
  confidenceOf,
  decodeFrame,
  Kind,
  labelsOf,
  MAX_MESSAGE_BYTES,
  segmentOf,
  WireError,
} from "./wire";

interface Described {
  sequence: number;
  epoch: number;
  width: number;
  height: number;
  t_source_ns: string;
  t_bridge_us: number;
  t_hub_in_us: number;
  t_hub_out_us: number;
  microns_per_pixel: number;
  model: number;
  inference_us: number;
  flags: number;
  segments: [number, number, number, number, string][];
  labels: string | null;
  confidence: (number | null)[] | null;
}

interface Vectors {
  read: { name: string; message: string; frame: Described }[];
  refused: { name: string; message: string; code: string }[];
  refused_labels: { name: string; message: string; code: string }[];
}

const FILE = path.resolve(__dirname, "../../../tests/vectors/live/messages.json");
const vectors = JSON.parse(readFileSync(FILE, "utf8")) as Vectors;

/** Bytes in an ArrayBuffer of their own. */
function bytes(base64: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(base64, "base64")).buffer;
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString("base64");

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return "taken";
}

describe("messages that Python wrote", () => {
  test.each(vectors.read)("$name", async ({ message, frame: said }) => {
    const frame = decodeFrame(bytes(message));
    expect({
      sequence: frame.sequence,
      epoch: frame.epoch,
      width: frame.width,
      height: frame.height,
      t_source_ns: String(frame.tSourceNs),
      t_bridge_us: frame.tBridgeUs,
      t_hub_in_us: frame.tHubInUs,
      t_hub_out_us: frame.tHubOutUs,
      microns_per_pixel: frame.micronsPerPixel,
      model: frame.model,
      inference_us: frame.inferenceUs,
      flags: frame.flags,
      segments: frame.segments.map(({ kind, codec, width, height, data }) => [
        kind,
        codec,
        width,
        height,
        base64(data),
      ]),
    }).toEqual({ ...said, labels: undefined, confidence: undefined });
    const labels = segmentOf(frame, Kind.labels);
    expect(labels === null ? null : base64((await labelsOf(labels)).labels)).toBe(said.labels);
    const sure = segmentOf(frame, Kind.confidence);
    const read = sure === null ? null : confidenceOf(sure);
    expect(read?.map((each) => (Number.isNaN(each) ? null : each)) ?? null).toEqual(
      said.confidence,
    );
  });
});

describe("messages that Python refuses", () => {
  test.each(vectors.refused)("$name: $code", ({ message, code }) => {
    expect(codeOf(() => decodeFrame(bytes(message)))).toBe(code);
  });

  test.each(vectors.refused_labels)("labels, $name: $code", async ({ message, code }) => {
    const segment = segmentOf(decodeFrame(bytes(message)), Kind.labels);
    if (segment === null) throw new Error("The golden message has labels.");
    const refusal = await labelsOf(segment).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(WireError);
    expect((refusal as WireError).code).toBe(code);
  });

  test("a message beyond the limit is not even looked at", () => {
    expect(codeOf(() => decodeFrame(new ArrayBuffer(MAX_MESSAGE_BYTES + 1)))).toBe("too_large");
  });
});

test("whatever byte is changed or cut, a message is read or refused by name", () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const { message } = vectors.read[random(vectors.read.length)] as Vectors["read"][number];
    let changed = new Uint8Array(bytes(message));
    for (let times = random(4); times >= 0; times--) changed[random(changed.length)] = random(256);
    if (random(3) === 0) changed = changed.slice(0, random(changed.length));
    if (codeOf(() => decodeFrame(changed.buffer)) !== "taken") refused += 1;
  }
  expect(refused).toBeGreaterThan(500);
});
