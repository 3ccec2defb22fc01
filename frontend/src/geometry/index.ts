/** The one definition of shapes in the browser: curves, masks, interpolation and measures. */

export {
  type BooleanKind,
  combined,
  combineRings,
  dice,
  holesFilled,
} from "./boolean";
export {
  clippedBox,
  type GreyRange,
  joined,
  maskFromWindow,
  type PixelGrid,
  paintInRange,
  paintStroke,
} from "./brush";
export { decodeShape, encodeShape, readShape } from "./codec";
export { parseShape } from "./documents";
export { labelMap } from "./labels";
export { edgeCosts, LiveWire, WIRE_REACH } from "./liveWire";
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
export { shapeMask, wholeMask } from "./raster";
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
export { pushed, type Ring, respaced, smoothed } from "./sculpt";
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
export {
  type Affine,
  type Ellipse,
  ellipseContour,
  ellipseOf,
  movedBy,
  placed,
  scaledBy,
  transformed,
  turnedBy,
} from "./transform";
