import { paintNames } from "./names";
import { pathsOf } from "./paths";
import type { Layer, Pin, Scene } from "./scene";
import { type Size, toScreen, type Viewport } from "./viewport";

/** How near, in CSS pixels, a pointer must be to a point to hold it. */
export const POINT_REACH = 9;
/** How far above its box, in CSS pixels, the knob lies that turns a shape. */
export const TURN_STEM = 28;

/** Outlines, suggestions, names and pins over a frame. */
export function paintLines(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: Viewport,
  screen: Size,
  ratio: number,
  options: { hasNames: boolean; image: Size },
): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  inImage(context, view, ratio);
  if (scene.heat) {
    context.imageSmoothingEnabled = true;
    context.drawImage(scene.heat, 0, 0, options.image.width, options.image.height);
  }
  for (const ghost of scene.ghosts ?? []) {
    const { whole } = pathsOf(ghost.shape);
    hatch(context, whole, ghost.colour, view, ratio);
    stroke(context, whole, ghost.colour, 1.6, view, [6, 4]);
  }
  for (const layer of scene.layers) paintOutline(context, layer, view);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (options.hasNames) paintNames(context, scene.layers, view, screen);
  for (const pin of scene.pins ?? []) paintPin(context, pin, view);
}

/** Image pixels from here on. */
export function inImage(context: CanvasRenderingContext2D, view: Viewport, ratio: number): void {
  const scale = view.scale * ratio;
  context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
  context.lineJoin = "round";
  context.lineCap = "round";
}

export function stroke(
  context: CanvasRenderingContext2D,
  path: Path2D,
  colour: string,
  width: number,
  view: Viewport,
  dash: readonly number[] = [],
): void {
  // a dark line below keeps the colour legible on bright tissue
  context.setLineDash(dash.map((length) => length / view.scale));
  context.strokeStyle = "rgba(0, 0, 0, 0.55)";
  context.lineWidth = (width + 1.6) / view.scale;
  context.stroke(path);
  context.strokeStyle = colour;
  context.lineWidth = width / view.scale;
  context.stroke(path);
  context.setLineDash([]);
}

export function paintOutline(
  context: CanvasRenderingContext2D,
  layer: Layer,
  view: Viewport,
): void {
  const { certain, uncertain } = pathsOf(layer.shape);
  const width = layer.isSelected ? 2.4 : layer.isInterpolated ? 1.1 : 1.6;
  context.globalAlpha = layer.isFaded ? 0.3 : 1;
  stroke(context, certain, layer.colour, width, view);
  if (uncertain !== null) stroke(context, uncertain, layer.colour, width, view, [2, 6]);
  context.globalAlpha = 1;
}

const hatches = new Map<string, CanvasPattern>();

function hatch(
  context: CanvasRenderingContext2D,
  path: Path2D,
  colour: string,
  view: Viewport,
  ratio: number,
): void {
  let pattern = hatches.get(colour);
  if (pattern === undefined) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    if (pen === null) return;
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    for (const offset of [-8, 0, 8]) {
      pen.moveTo(offset, 8);
      pen.lineTo(offset + 8, 0);
    }
    pen.stroke();
    const made = context.createPattern(tile, "repeat");
    if (made === null) return;
    pattern = made;
    hatches.set(colour, pattern);
  }
  pattern.setTransform(new DOMMatrix().scale(1 / (view.scale * ratio)));
  context.globalAlpha = 0.35;
  context.fillStyle = pattern;
  context.fill(path, "evenodd");
  context.globalAlpha = 1;
}

function paintPin(context: CanvasRenderingContext2D, pin: Pin, view: Viewport): void {
  const [x, y] = toScreen(view, pin.at);
  context.globalAlpha = pin.isResolved ? 0.45 : 1;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - 6, y - 12);
  context.lineTo(x + 6, y - 12);
  context.closePath();
  context.arc(x, y - 19, 11, 0, 2 * Math.PI);
  context.fillStyle = "#f2c14e";
  context.fill();
  context.fillStyle = "#15181d";
  context.font = '700 12px "Inter Variable", system-ui, sans-serif';
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(pin.number), x, y - 18.5);
  context.textAlign = "start";
  context.globalAlpha = 1;
}
