import { contour, outlinePoints, type Point } from "../../geometry";
import type { Sight } from "./overlayPainter";
import { inImage, paintOutline, stroke, TURN_STEM } from "./painter";
import type { BrushMark, Draft, Layer, MeasuredLine, Scene, ToolMarks, WireMark } from "./scene";
import { toScreen, type Viewport } from "./viewport";

const HANDLE = 4;

/** What follows the pointer: the shape being changed, points, drafts, brush and rulers. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  scene: Scene,
  changed: Layer | undefined,
  { view, ratio }: Sight,
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  inImage(context, view, ratio);
  if (changed !== undefined) paintOutline(context, changed, view);
  if (scene.fresh) {
    const { shape, colour } = scene.fresh;
    stroke(context, closed(outlinePoints(shape)), colour, 1.8, view);
  }
  if (scene.handles) paintHandles(context, scene.handles.contour, scene.handles.active, view);
  if (scene.draft) paintDraft(context, scene.draft, view);
  if (scene.wire) paintWire(context, scene.wire, view);
  if (scene.knobs) paintHandles(context, scene.knobs, scene.knobs.active, view);
  if (scene.frame) paintFrame(context, scene.frame, view);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (scene.brush) paintBrush(context, scene.brush, view);
  if (scene.measured) paintMeasured(context, scene.measured, view);
}

function closed(points: readonly Point[]): Path2D {
  const path = opened(points);
  path.closePath();
  return path;
}

function opened(points: readonly Point[]): Path2D {
  const path = new Path2D();
  for (const [x, y] of points) path.lineTo(x, y);
  return path;
}

function paintHandles(
  context: CanvasRenderingContext2D,
  shape: { readonly points: readonly Point[] },
  active: number | null,
  view: Viewport,
): void {
  shape.points.forEach(([x, y], i) => {
    const reach = (i === active ? HANDLE + 2 : HANDLE) / view.scale;
    context.beginPath();
    context.arc(x, y, reach, 0, 2 * Math.PI);
    context.fillStyle = i === active ? "#ffffff" : "rgba(13, 16, 20, 0.85)";
    context.fill();
    context.lineWidth = 1.6 / view.scale;
    context.strokeStyle = "#ffffff";
    context.stroke();
  });
}

function paintDraft(context: CanvasRenderingContext2D, draft: Draft, view: Viewport): void {
  const points =
    draft.hover !== null && !draft.isClosing ? [...draft.points, draft.hover] : draft.points;
  const dash = draft.isClosing ? [] : [5, 4];
  if (points.length >= 3) {
    const path = closed(outlinePoints(contour(draft.kind, points)));
    stroke(context, path, draft.colour, 1.8, view, dash);
  } else if (points.length === 2) {
    stroke(context, opened(points), draft.colour, 1.8, view, [5, 4]);
  }
  paintHandles(context, draft, draft.isClosing ? 0 : null, view);
}

function paintWire(context: CanvasRenderingContext2D, wire: WireMark, view: Viewport): void {
  const { pins, ways, live, colour, isClosing } = wire;
  stroke(context, opened(ways.flat()), colour, 1.8, view);
  if (live.length > 1) stroke(context, opened(live), colour, 1.8, view, isClosing ? [] : [5, 4]);
  paintHandles(context, { points: pins }, isClosing ? 0 : null, view);
}

function paintFrame(
  context: CanvasRenderingContext2D,
  { corners }: NonNullable<ToolMarks["frame"]>,
  view: Viewport,
): void {
  stroke(context, closed(corners), "#ffffff", 1, view, [4, 3]);
  const middles = corners.map((corner, i) => middle(corner, corners[(i + 1) % 4] as Point));
  const [top, bottom] = [middles[0] as Point, middles[2] as Point];
  const [upX, upY] = [top[0] - bottom[0], top[1] - bottom[1]];
  const length = Math.hypot(upX, upY) || 1;
  const stem = TURN_STEM / view.scale / length;
  const knob: Point = [top[0] + upX * stem, top[1] + upY * stem];
  stroke(context, opened([top, knob]), "#ffffff", 1, view);
  paintHandles(context, { points: [...corners, ...middles, knob] }, null, view);
}

function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** In CSS pixels of the screen: a ring seen on dark and on bright tissue. */
function paintBrush(context: CanvasRenderingContext2D, mark: BrushMark, view: Viewport): void {
  const [x, y] = toScreen(view, mark.at);
  const radius = Math.max(mark.radius * view.scale, 1);
  for (const [colour, width] of [
    ["rgba(0, 0, 0, 0.7)", 3],
    [mark.isErasing ? "#ff9d8a" : "#ffffff", 1.4],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(mark.isErasing ? [4, 3] : []);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    // a ring too small to see: a cross says where it is
    if (radius < 6) {
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        context.moveTo(x + dx * (radius + 3), y + dy * (radius + 3));
        context.lineTo(x + dx * (radius + 8), y + dy * (radius + 8));
      }
    }
    context.stroke();
  }
  context.setLineDash([]);
}

/** In CSS pixels of the screen. */
function paintMeasured(
  context: CanvasRenderingContext2D,
  line: MeasuredLine,
  view: Viewport,
): void {
  const from = toScreen(view, line.from);
  const to = toScreen(view, line.to);
  for (const [colour, width] of [
    ["rgba(0, 0, 0, 0.7)", 4],
    ["#ffffff", 1.6],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    for (const [x, y] of [from, to]) {
      context.moveTo(x - 6, y);
      context.lineTo(x + 6, y);
      context.moveTo(x, y - 6);
      context.lineTo(x, y + 6);
    }
    context.stroke();
  }
  context.font = '600 13px "Inter Variable", system-ui, sans-serif';
  const width = context.measureText(line.label).width + 14;
  const [x, y] = [(from[0] + to[0]) / 2 + 10, (from[1] + to[1]) / 2 - 26];
  context.fillStyle = "rgba(8, 10, 13, 0.8)";
  context.beginPath();
  context.roundRect(x, y, width, 22, 5);
  context.fill();
  context.fillStyle = "#ffffff";
  context.textBaseline = "middle";
  context.fillText(line.label, x + 7, y + 11.5);
}
