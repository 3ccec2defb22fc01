import type { Point } from "../../geometry";
import type { Tool, ToolPointer, ToolPreview } from "../tools/tool";
import type { MeasuredLine } from "./scene";

/** A drag shorter than this, in CSS pixels, is a click: the second place comes with the next one. */
const DRAG_REACH = 6;

/** Two clicks, or one drag, name two places of the picture; nothing is drawn into the work. */
export class MeasureTool implements Tool {
  readonly cursor = "crosshair";
  private from: Point | null = null;
  private to: Point | null = null;
  private isOpen = false;

  constructor(
    private readonly labelOf: (from: Point, to: Point) => string,
    private readonly onMeasured: (from: Point, to: Point) => void = () => undefined,
  ) {}

  /** What lies between the two places, once there are two. */
  line(): MeasuredLine | null {
    if (this.from === null || this.to === null) return null;
    return { from: this.from, to: this.to, label: this.labelOf(this.from, this.to) };
  }

  activate(): void {}
  deactivate(): void {
    this.cancelStroke();
  }
  pointerDown({ at }: ToolPointer): void {
    if (this.isOpen) this.finish(at);
    else {
      this.from = at;
      this.to = at;
      this.isOpen = true;
    }
  }
  pointerMove({ at }: ToolPointer): void {
    if (this.isOpen) this.to = at;
  }
  pointerUp({ at, pixel }: ToolPointer): void {
    if (!this.isOpen || this.from === null) return;
    if (Math.hypot(at[0] - this.from[0], at[1] - this.from[1]) > DRAG_REACH * pixel) {
      this.finish(at);
    }
  }
  hover({ at }: ToolPointer): void {
    if (this.isOpen) this.to = at;
  }
  leave(): void {}
  doubleClick(): void {}
  secondary(): void {
    this.cancelStroke();
  }
  key(): boolean {
    return false;
  }
  commit(): void {}
  cancelStroke(): void {
    this.from = null;
    this.to = null;
    this.isOpen = false;
  }
  preview(): ToolPreview {
    return {};
  }

  private finish(at: Point): void {
    this.to = at;
    this.isOpen = false;
    if (this.from !== null) this.onMeasured(this.from, at);
  }
}
