import type { Tool, ToolPointer, ToolPreview } from "../annotator/tools/tool";
import type { Point } from "../geometry";

/** One place in the picture: a press puts it there, a drag moves it, Delete takes it away. */
export class PointTool implements Tool {
  readonly cursor = "crosshair";

  constructor(
    private readonly place: () => Point | null,
    private readonly onPlaced: (at: Point | null) => void,
    private readonly size: { readonly width: number; readonly height: number },
  ) {}

  private before: Point | null = null;
  private isDown = false;

  activate(): void {}
  deactivate(): void {}
  pointerDown({ at }: ToolPointer): void {
    if (!this.isInside(at)) return;
    this.before = this.place();
    this.isDown = true;
    this.onPlaced(at);
  }
  pointerMove({ at }: ToolPointer): void {
    if (this.isDown && this.isInside(at)) this.onPlaced(at);
  }
  pointerUp(): void {
    this.isDown = false;
  }
  hover(): void {}
  leave(): void {}
  doubleClick(): void {}
  secondary(): void {
    this.onPlaced(null);
  }
  key(key: string): boolean {
    if (key !== "Delete" && key !== "Backspace") return false;
    this.onPlaced(null);
    return true;
  }
  /** The press was the first of two fingers. */
  interrupt(): void {
    if (this.isDown) this.onPlaced(this.before);
    this.isDown = false;
  }
  commit(): void {}
  cancelStroke(): void {
    this.isDown = false;
  }
  preview(): ToolPreview {
    const at = this.place();
    return at === null ? {} : { knobs: { points: [at], active: 0 } };
  }

  private isInside([x, y]: Point): boolean {
    return x >= 0 && y >= 0 && x < this.size.width && y < this.size.height;
  }
}
