/**
 * Shapes a person or a model draws on a frame; their JSON form is also their form in memory.
 *
 * Coordinates are image pixels with the origin at the top-left corner of the top-left pixel, so
 * pixel (0, 0) has its centre at (0.5, 0.5). A pixel belongs to a shape when its centre does
 * (even-odd). The same rules are written in Python under `annotation/geometry`; `tests/vectors`
 * holds both to one answer. Shapes are never changed in place: what is computed from one is kept.
 */

export const MAX_POINTS = 2000;
export const MAX_COORDINATE = 100_000;
export const MAX_MASK_SIDE = 16_384;
export const MAX_MASK_PIXELS = 2 ** 26;

export type ContourKind = "spline" | "polygon";

/** x, then y, in pixels. */
export type Point = readonly [number, number];

/**
 * A closed curve through control points, or straight between them. `uncertain[i]` marks the
 * segment from point i to point i + 1, the last one back to point 0.
 */
export interface Contour {
  readonly kind: ContourKind;
  readonly points: readonly Point[];
  readonly uncertain: readonly boolean[];
}

/**
 * A set of pixels as run lengths over its tight bounding box: row-major, background first, so only
 * the first may be 0; they sum to width * height. The empty mask is 0, 0, 0, 0 and no counts.
 */
export interface Mask {
  readonly kind: "mask";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly counts: readonly number[];
}

/** The structure is not in the picture from this frame until its next keyframe. */
export interface Absent {
  readonly kind: "absent";
}

export type Shape = Contour | Mask | Absent;

/** A shape, or its stored form, is not valid; the message is a sentence for the person. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export const ABSENT: Absent = { kind: "absent" };

export const EMPTY_MASK: Mask = { kind: "mask", x: 0, y: 0, width: 0, height: 0, counts: [] };

export function isContour(shape: Shape): shape is Contour {
  return shape.kind === "spline" || shape.kind === "polygon";
}

/** A contour with no uncertain segment unless told otherwise. */
export function contour(
  kind: ContourKind,
  points: readonly Point[],
  uncertain?: readonly boolean[],
): Contour {
  return { kind, points, uncertain: uncertain ?? points.map(() => false) };
}
