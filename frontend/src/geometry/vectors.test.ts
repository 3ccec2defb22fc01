import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Contour, Keyframe, Mask, Point, Shape } from "./index";
import {
  area,
  boundingBox,
  centroid,
  contains,
  decodeShape,
  encodeShape,
  isContour,
  labelMap,
  nearestOnContour,
  outline,
  parseShape,
  perimeter,
  readShape,
  shapeAt,
  shapeMask,
} from "./index";

interface Measures {
  area: number;
  centroid: [number, number] | null;
  box: number[] | null;
  perimeter: number;
  contains: boolean[];
  nearest: (number[] | null)[];
}

interface ShapeVector {
  name: string;
  shape: Shape;
  bytes: string;
  mask: Mask;
  measures: Measures;
}

interface ContourVector extends ShapeVector {
  shape: Contour;
  vertices: number[][];
  spans: number[];
  parameters: number[];
}

interface Size {
  width: number;
  height: number;
}

/** Golden vectors written by `tests/vectors/make_vectors.py` and read by the Python tests too. */
function vectors<T>(name: string): T {
  const folder = path.resolve(import.meta.dirname, "../../../tests/vectors");
  return JSON.parse(readFileSync(path.join(folder, `${name}.json`), "utf8")) as T;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function measured(shape: Shape, probes: readonly Point[]): Measures {
  const box = boundingBox(shape);
  const centre = centroid(shape);
  return {
    area: area(shape),
    centroid: centre && [...centre],
    box: box && [box.left, box.top, box.right, box.bottom],
    perimeter: perimeter(shape),
    contains: probes.map(([x, y]) => contains(shape, x, y)),
    nearest: isContour(shape)
      ? probes.map(([x, y]) => {
          const place = nearestOnContour(shape, x, y);
          return place && [place.span, place.parameter, place.x, place.y, place.distance];
        })
      : [],
  };
}

describe.each(["contours", "masks"])("golden vectors of %s", (file) => {
  const {
    width,
    height,
    probes,
    vectors: all,
  } = vectors<Size & { probes: Point[]; vectors: ShapeVector[] }>(file);

  test.each(all)("$name: same document, bytes, mask and measures", (vector) => {
    const shape = parseShape(vector.shape);
    expect(shape).toEqual(vector.shape);
    expect(hex(encodeShape(shape))).toBe(vector.bytes);
    expect(decodeShape(bytes(vector.bytes))).toEqual(vector.shape);
    expect(readShape(bytes(vector.bytes))).toEqual(readShape(vector.shape));
    expect(shapeMask(shape, width, height)).toEqual(vector.mask);
    expect(measured(shape, probes)).toEqual(vector.measures);
  });
});

describe("golden vectors of outlines", () => {
  const { vectors: all } = vectors<{ vectors: ContourVector[] }>("contours");

  test.each(all)("$name: same vertices, spans and parameters", (vector) => {
    const { x, y, spans, parameters } = outline(vector.shape);
    expect(Array.from(x, (value, i) => [value, y[i]])).toEqual(vector.vertices);
    expect([...spans]).toEqual(vector.spans);
    expect([...parameters]).toEqual(vector.parameters);
  });
});

describe("golden vectors of tracks", () => {
  const {
    width,
    height,
    vectors: all,
  } = vectors<
    Size & {
      vectors: { name: string; keyframes: Keyframe[]; shapes: (Shape | null)[]; masks: Mask[] }[];
    }
  >("tracks");

  test.each(all)("$name: same shape and mask at every frame", (vector) => {
    const shapes = vector.shapes.map((_, frame) => shapeAt(vector.keyframes, frame));
    expect(shapes).toEqual(vector.shapes);
    expect(shapes.map((shape) => shapeMask(shape, width, height))).toEqual(vector.masks);
  });
});

describe("golden vectors of label maps", () => {
  const {
    width,
    height,
    vectors: all,
  } = vectors<
    Size & { vectors: { name: string; layers: [number, Shape | null][]; runs: number[][] }[] }
  >("labels");

  test.each(all)("$name: same label at every pixel", ({ layers, runs }) => {
    const expected = runs.flatMap(([label, length]) =>
      new Array<number>(length ?? 0).fill(label ?? 0),
    );
    expect([...labelMap(layers, width, height)]).toEqual(expected);
  });
});

describe("golden vectors of what is refused", () => {
  const refused = vectors<{
    documents: { document: unknown; message: string }[];
    bytes: { bytes: string; message: string }[];
  }>("invalid");

  test.each(refused.documents)("document: $message", ({ document, message }) => {
    expect(() => parseShape(document)).toThrow(message);
  });

  test.each(refused.bytes)("bytes: $message", ({ bytes: text, message }) => {
    expect(() => decodeShape(bytes(text))).toThrow(message);
  });
});
