/** The one definition of shapes in the browser: curves, masks, interpolation and measures. */

export { decodeShape, encodeShape } from "./codec";
export { parseShape } from "./documents";
export { labelMap } from "./labels";
export {
  area,
  type Box,
  boundingBox,
  type CurvePlace,
  centroid,
  contains,
  nearestOnContour,
  outlinePoints,
  perimeter,
} from "./measure";
export { shapeMask } from "./raster";
export {
  clipped,
  denseFromMask,
  isEmptyMask,
  maskFromDense,
  paintMask,
  pixelCount,
  rowRuns,
  translated,
} from "./rle";
export {
  ABSENT,
  type Absent,
  type Contour,
  type ContourKind,
  contour,
  EMPTY_MASK,
  isContour,
  MAX_COORDINATE,
  MAX_POINTS,
  type Mask,
  type Point,
  type Shape,
  ShapeError,
} from "./shapes";
export { GRID, type Outline, outline } from "./spline";
export { blendShapes, checkKeyframeOrder, type Keyframe, shapeAt } from "./tracks";
