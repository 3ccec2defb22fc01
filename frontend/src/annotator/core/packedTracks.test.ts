import { expect, test } from "vitest";
import { ABSENT, contour, encodeShape, maskFromDense, type Shape } from "../../geometry";
import { documentFromRows } from "./document";
import { type PackedTrack, unpackedTrack } from "./packedTracks";

const SHAPES: Shape[] = [
  contour("spline", [
    [1.5, 2.25],
    [30, 2],
    [15, 1 / 3],
  ]),
  maskFromDense(Uint8Array.from([1, 0, 1, 1]), 2, 2, 4, 5),
  ABSENT,
];

function packed(shapes: readonly Shape[]): PackedTrack {
  const stored = shapes.map(encodeShape);
  return {
    id: "track",
    structure: "nerve",
    packed: {
      frames: shapes.map((_, i) => 3 * i),
      sources: shapes.map(() => "drawn"),
      confidences: shapes.map((_, i) => (i === 1 ? 0.5 : null)),
      revisions: shapes.map(() => 7),
      sizes: stored.map((bytes) => bytes.length),
      shapes: btoa(stored.map((bytes) => String.fromCharCode(...bytes)).join("")),
    },
  };
}

test("packed tracks and plain ones are the same document", () => {
  const plain = SHAPES.map((shape, i) => ({
    frame: 3 * i,
    shape: JSON.parse(JSON.stringify(shape)),
    source: "drawn",
    confidence: i === 1 ? 0.5 : null,
  }));
  expect(documentFromRows([unpackedTrack(packed(SHAPES))])).toEqual(
    documentFromRows([{ id: "track", structure: "nerve", keyframes: plain }]),
  );
});

test("a track without keyframes stays one", () => {
  expect(unpackedTrack(packed([]))).toEqual({ id: "track", structure: "nerve", keyframes: [] });
});

test("sizes that do not fit the bytes are refused when the document is made", () => {
  const damaged = packed(SHAPES);
  const sizes = [...damaged.packed.sizes];
  sizes[0] = (sizes[0] as number) - 1;
  const row = unpackedTrack({ ...damaged, packed: { ...damaged.packed, sizes } });
  expect(() => documentFromRows([row])).toThrow("stored shape");
});
