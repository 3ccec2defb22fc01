import { maskOutline } from "../annotator/core/maskOutline";
import { type Box, boundingBox, type Contour, type Mask, outlinePoints } from "../geometry";

/** The path of an SVG around a shape, in image pixels; filled by the even-odd rule. */
export function shapePath(shape: Contour | Mask): string {
  const rings = shape.kind === "mask" ? maskOutline(shape) : [outlinePoints(shape)];
  return rings
    .filter((ring) => ring.length > 2)
    .map((ring) => `M${ring.map(([x, y]) => `${x} ${y}`).join("L")}Z`)
    .join("");
}

/** A square window with some room around all shapes; the whole picture where there is none. */
export function windowAround(
  shapes: readonly (Contour | Mask)[],
  width: number,
  height: number,
): Box {
  const boxes = shapes.map(boundingBox).filter((box) => box !== null);
  if (boxes.length === 0) return { left: 0, top: 0, right: width, bottom: height };
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.right));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  const half = 0.8 * Math.max(right - left, bottom - top, 16);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return { left: x - half, top: y - half, right: x + half, bottom: y + half };
}
