import { boundingBox } from "../../geometry";
import type { Layer } from "./scene";
import { type Size, toScreen, type Viewport } from "./viewport";

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const HEIGHT = 20;
const PADDING = 7;
const GAP = 5;

/** A layer's box on the screen and where its name goes. */
export interface PlacedName {
  readonly layer: Layer;
  readonly shape: Rectangle;
  readonly name: Rectangle;
}

/**
 * Names beside, above, below or inside their structures: where they cover least of other names and
 * other structures, and stay on the screen. Large structures choose last, for they have most room.
 */
export function placedNames(
  layers: readonly Layer[],
  view: Viewport,
  screen: Size,
  widthOf: (name: string) => number,
): PlacedName[] {
  const items = layers.flatMap((layer) => {
    const box = boundingBox(layer.shape);
    if (box === null || layer.isFaded || layer.name === "") return [];
    const [left, top] = toScreen(view, [box.left, box.top]);
    const [right, bottom] = toScreen(view, [box.right, box.bottom]);
    return [{ layer, shape: { left, top, right, bottom } }];
  });
  items.sort((a, b) => areaOf(a.shape) - areaOf(b.shape));
  const placed: PlacedName[] = [];
  for (const { layer, shape } of items) {
    const width = widthOf(layer.name) + 2 * PADDING;
    let best: { name: Rectangle; cost: number } | null = null;
    for (const [name, own] of candidates(shape, width)) {
      let cost = own + 4 * outside(name, screen);
      for (const other of placed) cost += 3 * overlap(name, other.name);
      for (const other of items) if (other.layer !== layer) cost += overlap(name, other.shape);
      if (best === null || cost < best.cost) best = { name, cost };
    }
    if (best !== null) placed.push({ layer, shape, name: best.name });
  }
  return placed;
}

/** Places for a name with what each costs by itself: above is best, inside hides the picture. */
function candidates(shape: Rectangle, width: number): [Rectangle, number][] {
  const middleX = (shape.left + shape.right - width) / 2;
  const middleY = (shape.top + shape.bottom - HEIGHT) / 2;
  const isRoomy = shape.right - shape.left > width + 40 && shape.bottom - shape.top > 90;
  const at = (left: number, top: number): Rectangle => ({
    left,
    top,
    right: left + width,
    bottom: top + HEIGHT,
  });
  const above = shape.top - GAP - HEIGHT;
  const below = shape.bottom + GAP;
  return [
    [at(middleX, middleY), isRoomy ? -50 : 900],
    [at(middleX, above), 0],
    [at(middleX, below), 30],
    [at(shape.right + GAP, middleY), 40],
    [at(shape.left - GAP - width, middleY), 40],
    [at(shape.right - 10, above), 60],
    [at(shape.left + 10 - width, above), 60],
    [at(shape.right - 10, below), 80],
    [at(shape.left + 10 - width, below), 80],
    [at(middleX, above - HEIGHT - 4), 150],
    [at(middleX, below + HEIGHT + 4), 180],
  ];
}

function areaOf({ left, top, right, bottom }: Rectangle): number {
  return (right - left) * (bottom - top);
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

function outside(name: Rectangle, screen: Size): number {
  const inside = { left: 4, top: 4, right: screen.width - 4, bottom: screen.height - 4 };
  return areaOf(name) - overlap(name, inside);
}

/** In CSS pixels of the screen. */
export function paintNames(
  context: CanvasRenderingContext2D,
  layers: readonly Layer[],
  view: Viewport,
  screen: Size,
): void {
  context.font = '600 13px "Inter Variable", system-ui, sans-serif';
  context.textBaseline = "middle";
  const widthOf = (name: string) => context.measureText(name).width;
  for (const { layer, name } of placedNames(layers, view, screen, widthOf)) {
    context.fillStyle = "rgba(8, 10, 13, 0.75)";
    context.beginPath();
    context.roundRect(name.left, name.top, name.right - name.left, HEIGHT, 5);
    context.fill();
    context.fillStyle = layer.colour;
    context.fillText(layer.name, name.left + PADDING, name.top + HEIGHT / 2 + 0.5);
  }
}
