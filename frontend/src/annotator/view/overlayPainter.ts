import { type Box, joined } from "../../geometry";
import { LabelImage } from "./labelImage";
import { paintMarks } from "./marks";
import { paintLines } from "./painter";
import { PaintImage } from "./paintImage";
import { paintRuler } from "./ruler";
import type { Appearance, Layer, Scene } from "./scene";
import { type Size, toScreen, type Viewport } from "./viewport";

export interface OverlayCanvases {
  /** Fills, in the pure colours of the label map. */
  readonly fill: HTMLCanvasElement;
  /** Outlines, suggestions, names, pins and rulers: what stays while a tool is used. */
  readonly lines: HTMLCanvasElement;
  /** What follows the pointer. */
  readonly marks: HTMLCanvasElement;
}

/** How and where a scene is seen. */
export interface Sight {
  readonly view: Viewport;
  readonly screen: Size;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
  readonly appearance: Appearance;
  readonly micronsPerPixel: number | null;
}

/**
 * Paints what lies over a frame on three canvases, and of each only what has changed: a pointer
 * that drags one shape costs that shape's box and outline, however much else there is.
 */
export class OverlayPainter {
  private readonly labels: LabelImage;
  private readonly painted: PaintImage;
  private before: { sight: Sight; scene: Scene; still: readonly Layer[] } | null = null;
  private isFilled = false;

  constructor(
    private readonly canvases: OverlayCanvases,
    private readonly image: Size,
  ) {
    this.labels = new LabelImage(image.width, image.height);
    this.painted = new PaintImage(image.width, image.height);
  }

  /** The canvases were cleared or resized: nothing on them can be kept. */
  reset(): void {
    this.before = null;
  }

  paint(scene: Scene, sight: Sight): void {
    const { changing } = scene;
    const still =
      changing === undefined ? scene.layers : scene.layers.filter((one) => one.key !== changing);
    const { before } = this;
    const isMoved = before === null || !isSameSight(before.sight, sight);
    this.paintFill(scene, sight, isMoved);
    if (isMoved || !isSameStill(before.scene, scene) || !isSameLayers(before.still, still)) {
      this.paintStill({ ...scene, layers: still }, sight);
    }
    const changed = scene.layers.find((one) => one.key === changing);
    const marks = this.canvases.marks.getContext("2d");
    if (marks !== null) paintMarks(marks, scene, changed, sight);
    this.before = { sight, scene, still };
  }

  private paintFill(scene: Scene, sight: Sight, isMoved: boolean): void {
    const isFilled = !sight.appearance.isOutlineOnly;
    const labelled = this.labels.draw(isFilled ? scene.layers : []);
    const painted = this.painted.draw(scene.painting ?? null);
    const box = joined(labelled, painted);
    const isWhole = isMoved || isFilled !== this.isFilled;
    this.isFilled = isFilled;
    if (!isWhole && box === null) return;
    const context = this.canvases.fill.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw.");
    const { view, ratio } = sight;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.save();
    const place = isWhole || box === null ? null : onDevice(box, view, ratio);
    if (place !== null) {
      // whole device pixels: a clip between them would leave seams
      context.beginPath();
      context.rect(place.left, place.top, place.right - place.left, place.bottom - place.top);
      context.clip();
    }
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    const scale = view.scale * ratio;
    context.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
    context.imageSmoothingEnabled = false;
    if (isFilled && scene.layers.length > 0) context.drawImage(this.labels.canvas, 0, 0);
    if (scene.painting !== undefined) context.drawImage(this.painted.canvas, 0, 0);
    context.restore();
  }

  private paintStill(scene: Scene, sight: Sight): void {
    const context = this.canvases.lines.getContext("2d");
    if (context === null) return;
    const { view, screen, ratio, appearance, micronsPerPixel } = sight;
    paintLines(context, scene, view, screen, ratio, {
      hasNames: appearance.hasNames,
      image: this.image,
    });
    if (appearance.hasRuler && micronsPerPixel !== null) {
      paintRuler(context, view, this.image, screen, micronsPerPixel);
    }
  }
}

function onDevice(box: Box, view: Viewport, ratio: number): Box {
  const [left, top] = toScreen(view, [box.left, box.top]);
  const [right, bottom] = toScreen(view, [box.right, box.bottom]);
  return {
    left: Math.floor(left * ratio) - 1,
    top: Math.floor(top * ratio) - 1,
    right: Math.ceil(right * ratio) + 1,
    bottom: Math.ceil(bottom * ratio) + 1,
  };
}

function isSameSight(a: Sight, b: Sight): boolean {
  return (
    a.view.scale === b.view.scale &&
    a.view.x === b.view.x &&
    a.view.y === b.view.y &&
    a.screen.width === b.screen.width &&
    a.screen.height === b.screen.height &&
    a.ratio === b.ratio &&
    a.appearance === b.appearance &&
    a.micronsPerPixel === b.micronsPerPixel
  );
}

/** Whether what is drawn among the lines, apart from the layers, is the same. */
function isSameStill(a: Scene, b: Scene): boolean {
  if ((a.heat ?? null) !== (b.heat ?? null)) return false;
  return isSameRow(a.ghosts ?? [], b.ghosts ?? []) && isSameRow(a.pins ?? [], b.pins ?? []);
}

function isSameLayers(a: readonly Layer[], b: readonly Layer[]): boolean {
  return isSameRow(a, b);
}

function isSameRow<Item extends object>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((one, i) => isSameItem(one, b[i] as Item));
}

/** Items are small records made anew for each painting; the shapes in them are not. */
function isSameItem<Item extends object>(a: Item, b: Item): boolean {
  const names = Object.keys(a) as (keyof Item)[];
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [one, other] = [a[name], b[name]];
      if (one === other) return true;
      return Array.isArray(one) && Array.isArray(other) && String(one) === String(other);
    })
  );
}
