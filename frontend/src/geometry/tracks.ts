/** One structure through time: keyframes, and the shape at any frame. */

import { blendContours, blendedContour } from "./contourBlend";
import { blendedMask, blendMasks } from "./maskBlend";
import { wholeMask } from "./raster";
import { type Contour, isContour, type Mask, type Shape, ShapeError } from "./shapes";

/** A shape that was set at a frame; `frame_index` counts from 0 in the clip's frame table. */
export interface Keyframe {
  readonly frame_index: number;
  readonly shape: Shape;
}

type Drawn = Contour | Mask;
type Blend = (step: number, steps: number) => Drawn;

// keyed by the shapes themselves, which are never changed in place
const prepared = new WeakMap<Drawn, WeakMap<Drawn, Blend>>();

/**
 * The way from one shape to the next: contours give polygons, a mask on either side gives masks. At
 * both ends the shape itself. Where nothing can be blended (one shape covers no pixel) the shape of
 * the nearer end, halfway the first.
 */
export function blendShapes(first: Drawn, second: Drawn): Blend {
  let towards = prepared.get(first);
  if (towards === undefined) {
    towards = new WeakMap();
    prepared.set(first, towards);
  }
  let blend = towards.get(second);
  if (blend === undefined) {
    const between = blendBetween(first, second);
    blend = (step, steps) => {
      if (step <= 0) return first;
      if (step >= steps) return second;
      if (between === null) return 2 * step <= steps ? first : second;
      return between(step, steps);
    };
    towards.set(second, blend);
  }
  return blend;
}

function blendBetween(first: Drawn, second: Drawn): Blend | null {
  if (isContour(first) && isContour(second)) {
    const blend = blendContours(first, second);
    return blend && ((step, steps) => blendedContour(blend, step, steps));
  }
  const a = isContour(first) ? wholeMask(first) : first;
  const b = isContour(second) ? wholeMask(second) : second;
  const blend = a && b && blendMasks(a, b);
  return blend && ((step, steps) => blendedMask(blend, step, steps));
}

/** Throws ShapeError unless the frames of the keyframes grow strictly. */
export function checkKeyframeOrder(keyframes: readonly Keyframe[]): void {
  for (let i = 1; i < keyframes.length; i++) {
    const earlier = (keyframes[i - 1] as Keyframe).frame_index;
    const later = (keyframes[i] as Keyframe).frame_index;
    if (earlier >= later) {
      throw new ShapeError(
        `The keyframes of a track must be in order: frame ${later} follows ${earlier}.`,
      );
    }
  }
}

/**
 * The shape of a structure at a frame, or null where it is not in the picture. `keyframes` are in
 * strictly growing frame order (`checkKeyframeOrder`).
 *
 * At a keyframe its own shape; between two keyframes the interpolated one; before the first and
 * after the last keyframe null. An `absent` keyframe ends the structure until the next keyframe;
 * before it the earlier shape is held, for there is nothing to turn into.
 */
export function shapeAt(keyframes: readonly Keyframe[], frameIndex: number): Drawn | null {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keyframes[middle] as Keyframe).frame_index <= frameIndex) low = middle + 1;
    else high = middle;
  }
  const earlier = keyframes[low - 1];
  if (earlier === undefined || earlier.shape.kind === "absent") return null;
  if (earlier.frame_index === frameIndex) return earlier.shape;
  const later = keyframes[low];
  if (later === undefined) return null;
  if (later.shape.kind === "absent") return earlier.shape;
  return blendShapes(earlier.shape, later.shape)(
    frameIndex - earlier.frame_index,
    later.frame_index - earlier.frame_index,
  );
}
