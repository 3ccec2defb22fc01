/** Reading shapes from outside: the checks, and the sentences, of the server. */

import { tightened } from "./rle";
import {
  ABSENT,
  type Contour,
  type ContourKind,
  MAX_COORDINATE,
  MAX_MASK_PIXELS,
  MAX_MASK_SIDE,
  MAX_POINTS,
  type Mask,
  type Point,
  type Shape,
  ShapeError,
} from "./shapes";

type Members = Readonly<Record<string, unknown>>;

/**
 * Read the JSON form of a shape. Missing `uncertain` means no segment is; a loose mask box is
 * tightened; unknown members are dropped. Throws ShapeError with a sentence that says what is wrong.
 */
export function parseShape(document: unknown): Shape {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new ShapeError('A shape must be an object with a "kind".');
  }
  const members = document as Members;
  switch (members.kind) {
    case "absent":
      return ABSENT;
    case "mask":
      return parseMask(members);
    case "spline":
    case "polygon":
      return parseContour(members.kind, members);
    default:
      throw new ShapeError('The kind of a shape must be "spline", "polygon", "mask" or "absent".');
  }
}

/** A mask from outside: limits and run lengths checked, its box tightened. Throws ShapeError. */
export function checkedMask(
  x: number,
  y: number,
  width: number,
  height: number,
  counts: readonly number[],
): Mask {
  for (const [name, place] of [
    ["x", x],
    ["y", y],
  ] as const) {
    if (Math.abs(place) > MAX_COORDINATE) {
      throw new ShapeError(
        `The "${name}" of a mask lies more than ${MAX_COORDINATE} pixels from the origin.`,
      );
    }
  }
  for (const [name, side] of [
    ["width", width],
    ["height", height],
  ] as const) {
    if (side < 0 || side > MAX_MASK_SIDE) {
      throw new ShapeError(`The "${name}" of a mask must be between 0 and ${MAX_MASK_SIDE}.`);
    }
  }
  if (width * height > MAX_MASK_PIXELS) {
    throw new ShapeError(`The box of a mask may have at most ${MAX_MASK_PIXELS} pixels.`);
  }
  let total = 0;
  counts.forEach((count, index) => {
    const least = Math.min(index, 1);
    if (count < least) {
      throw new ShapeError(`Run length ${index + 1} of the mask must be at least ${least}.`);
    }
    total += count;
  });
  if (total !== width * height) {
    throw new ShapeError(
      `The run lengths of the mask add up to ${total}, but its box has ${width * height} pixels.`,
    );
  }
  return tightened({ kind: "mask", x, y, width, height, counts });
}

function parseContour(kind: ContourKind, members: Members): Contour {
  const listed = members.points;
  if (!Array.isArray(listed)) {
    throw new ShapeError("The points of a contour must be a list of [x, y] pairs.");
  }
  if (listed.length > MAX_POINTS) {
    throw new ShapeError(
      `A contour may have at most ${MAX_POINTS} points; this one has ${listed.length}.`,
    );
  }
  const points = listed.map((pair: unknown, index) => parsePoint(index, pair));
  const uncertain: unknown = members.uncertain ?? points.map(() => false);
  if (
    !Array.isArray(uncertain) ||
    uncertain.length !== points.length ||
    !uncertain.every((flag) => typeof flag === "boolean")
  ) {
    throw new ShapeError(
      "The uncertain flags must be a list of true or false, one for each point.",
    );
  }
  return { kind, points, uncertain: [...uncertain] };
}

function parsePoint(index: number, pair: unknown): Point {
  const name = `Point ${index + 1} of the contour`;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new ShapeError(`${name} is not a pair of numbers.`);
  }
  const [x, y]: unknown[] = pair;
  if (typeof x !== "number" || typeof y !== "number") {
    throw new ShapeError(`${name} is not a pair of numbers.`);
  }
  if (!Number.isFinite(x) || !Number.isFinite(y)) {
    throw new ShapeError(`${name} is not finite.`);
  }
  if (Math.abs(x) > MAX_COORDINATE || Math.abs(y) > MAX_COORDINATE) {
    throw new ShapeError(`${name} lies more than ${MAX_COORDINATE} pixels from the origin.`);
  }
  // adding zero turns -0 into 0, which has the same place but other bytes
  return [x + 0, y + 0];
}

function parseMask(members: Members): Mask {
  const whole = (name: string): number => {
    const value = members[name];
    if (!Number.isInteger(value)) {
      throw new ShapeError(`The "${name}" of a mask must be a whole number.`);
    }
    return (value as number) + 0;
  };
  const [x, y, width, height] = [whole("x"), whole("y"), whole("width"), whole("height")];
  const counts = members.counts;
  if (!Array.isArray(counts) || !counts.every((count) => Number.isInteger(count))) {
    throw new ShapeError("The run lengths of a mask must be a list of whole numbers.");
  }
  return checkedMask(x, y, width, height, counts as number[]);
}
