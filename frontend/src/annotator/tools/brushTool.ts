import {
  type Box,
  boundingBox,
  clippedBox,
  type GreyRange,
  isEmptyMask,
  joined,
  type Mask,
  maskFromWindow,
  type Point,
  paintInRange,
  paintMask,
  paintStroke,
  shapeMask,
} from "../../geometry";
import type { Painting } from "../view/scene";
import { StrokeTool } from "./strokeTool";
import type { Subject, ToolPointer, ToolPreview, Workbench } from "./tool";

export type BrushKind = "brush" | "eraser" | "threshold";

const LABELS: Record<BrushKind, string> = {
  brush: "Brush",
  eraser: "Erase",
  threshold: "Threshold brush",
};

/** A pen that is hardly pressed still paints this share of the size. */
const LEAST_PRESSURE = 0.15;

interface Stroke {
  readonly subject: Subject;
  readonly painting: StrokePainting;
  readonly before: Mask;
  readonly value: 0 | 1;
  /** Null but for the threshold brush. */
  readonly sticky: { readonly gray: Uint8Array; readonly range: GreyRange } | null;
  last: Point;
  lastRadius: number;
}

/**
 * Paints the chosen structure's shape as a mask. Brush and threshold brush add, with Alt they take
 * away, as the eraser does. A stroke touches only the pixels under it; the mask is made once, at the
 * stroke's end.
 */
export class BrushTool extends StrokeTool {
  readonly cursor = "none";
  private stroke: Stroke | null = null;
  private at: Point | null = null;
  private radius = 0;
  private isErasing = false;

  constructor(
    private readonly kind: BrushKind,
    private readonly bench: Workbench,
  ) {
    super();
  }

  pointerDown(pointer: ToolPointer): void {
    this.commit();
    this.follow(pointer);
    const subject = this.bench.subject();
    if (subject === null) return;
    const gray = this.kind === "threshold" ? this.bench.grey() : null;
    if (this.kind === "threshold" && gray === null) return;
    const { width, height } = this.bench.size();
    const before = shapeMask(subject.shape, width, height);
    const painting = new StrokePainting(before, width, height, subject.colour);
    const value = this.isErasing ? 0 : 1;
    const sticky =
      gray === null ? null : { gray, range: this.rangeAt(gray, width, height, pointer.at) };
    const stroke = { subject, painting, before, value, sticky } as const;
    this.stroke = { ...stroke, last: pointer.at, lastRadius: this.radius };
    this.paintTo(pointer.at);
  }

  pointerMove(pointer: ToolPointer): void {
    this.follow(pointer);
    if (this.stroke !== null) this.paintTo(pointer.at);
  }

  hover(pointer: ToolPointer): void {
    this.follow({ ...pointer, pressure: null });
    if (this.kind === "threshold") this.bench.grey(true);
  }

  leave(): void {
    if (this.stroke === null) this.at = null;
  }

  protected isStroking(): boolean {
    return this.stroke !== null;
  }

  wheel(steps: number): boolean {
    this.bench.options.resize("brush", steps);
    this.radius = this.bench.options.now.brush / 2;
    return true;
  }

  commit(): void {
    const { stroke } = this;
    this.stroke = null;
    if (stroke === null) return;
    const mask = stroke.painting.mask();
    if (isSame(mask, stroke.before)) return;
    this.bench.paint(stroke.subject, mask, LABELS[stroke.value === 0 ? "eraser" : this.kind]);
  }

  cancelStroke(): void {
    this.stroke = null;
  }

  preview(): ToolPreview {
    const { stroke, at, isErasing } = this;
    const radius = stroke === null ? this.bench.options.now.brush / 2 : this.radius;
    const track = stroke?.subject.track ?? null;
    return {
      ...(at === null ? {} : { brush: { at, radius, isErasing } }),
      ...(stroke === null ? {} : { painting: stroke.painting }),
      ...(track === null ? {} : { replaced: { track, shape: null } }),
    };
  }

  private follow({ at, pressure = null, isAlt, isEraser }: ToolPointer): void {
    this.at = at;
    const share = pressure === null ? 1 : Math.max(pressure, LEAST_PRESSURE);
    this.radius = (this.bench.options.now.brush / 2) * share;
    if (this.stroke === null) {
      this.isErasing = this.kind === "eraser" || isEraser === true || isAlt;
    }
  }

  private rangeAt(gray: Uint8Array, width: number, height: number, [x, y]: Point): GreyRange {
    const column = Math.min(Math.max(Math.floor(x), 0), width - 1);
    const row = Math.min(Math.max(Math.floor(y), 0), height - 1);
    const level = gray[row * width + column] as number;
    const { tolerance } = this.bench.options.now;
    return { low: level - tolerance, high: level + tolerance };
  }

  private paintTo(at: Point): void {
    const { stroke, radius } = this;
    if (stroke === null) return;
    const { painting, value, sticky, last, lastRadius } = stroke;
    if (sticky === null) {
      painting.touch(paintStroke(painting, last, at, lastRadius, radius, value));
    } else {
      const steps = Math.max(1, Math.ceil(distance(last, at) / Math.max(radius / 2, 1)));
      for (let step = 1; step <= steps; step++) {
        const part = step / steps;
        const place: Point = [
          last[0] + part * (at[0] - last[0]),
          last[1] + part * (at[1] - last[1]),
        ];
        painting.touch(paintInRange(painting, sticky.gray, place, radius, sticky.range, value));
      }
    }
    stroke.last = at;
    stroke.lastRadius = radius;
  }
}

/** The pixels of a stroke while it is painted, and which of them have changed. */
class StrokePainting implements Painting {
  readonly pixels: Uint8Array;
  private whole: Box | null;
  private dirty: Box | null;

  constructor(
    before: Mask,
    readonly width: number,
    readonly height: number,
    readonly colour: string,
  ) {
    this.pixels = new Uint8Array(width * height);
    paintMask(before, this.pixels, width, height);
    const box = boundingBox(before);
    this.whole = box && clippedBox(box, width, height);
    this.dirty = this.whole;
  }

  touch(box: Box | null): void {
    this.whole = joined(this.whole, box);
    this.dirty = joined(this.dirty, box);
  }

  takeDirty(): Box | null {
    const { dirty } = this;
    this.dirty = null;
    return dirty;
  }

  mask(): Mask {
    return maskFromWindow(this, this.whole);
  }
}

function isSame(a: Mask, b: Mask): boolean {
  if (isEmptyMask(a) || isEmptyMask(b)) return isEmptyMask(a) && isEmptyMask(b);
  return (
    a.x === b.x &&
    a.y === b.y &&
    a.width === b.width &&
    a.counts.length === b.counts.length &&
    a.counts.every((count, i) => count === b.counts[i])
  );
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
