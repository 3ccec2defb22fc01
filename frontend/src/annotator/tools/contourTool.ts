import { type ContourKind, contour, type Point } from "../../geometry";
import { POINT_REACH } from "../view/painter";
import type { Tool, ToolPointer, ToolPreview, Workbench } from "./tool";

/**
 * Draws a closed contour point by point. The first point, Enter or a double click closes it,
 * Backspace takes the last point back, Escape forgets it all.
 */
export class ContourTool implements Tool {
  readonly cursor = "crosshair";
  private points: Point[] = [];
  private hovered: Point | null = null;
  private isClosing = false;
  private hasPlaced = false;
  private colour = "#ffffff";

  constructor(
    private readonly kind: ContourKind,
    private readonly bench: Workbench,
  ) {}

  activate(): void {
    this.cancelStroke();
  }

  deactivate(): void {
    // changing the tool must not throw away a contour that is as good as drawn
    this.commit();
  }

  pointerDown({ at, pixel, isTouch }: ToolPointer): void {
    this.hasPlaced = false;
    if (this.points.length === 0) {
      const colour = this.bench.drawingColour();
      if (colour === null) return;
      this.colour = colour;
    }
    if (this.isOnFirst(at, pixel, isTouch)) {
      this.commit();
      return;
    }
    const last = this.points.at(-1);
    // the second press of a double click adds no point of its own
    if (last !== undefined && distance(last, at) < 2 * pixel) return;
    this.points.push(at);
    this.hasPlaced = true;
    this.hovered = at;
  }

  pointerMove(pointer: ToolPointer): void {
    this.hover(pointer);
  }

  pointerUp(): void {}

  hover({ at, pixel, isTouch }: ToolPointer): void {
    this.hovered = at;
    this.isClosing = this.isOnFirst(at, pixel, isTouch);
  }

  leave(): void {
    this.hovered = null;
    this.isClosing = false;
  }

  doubleClick(): void {
    this.commit();
  }

  secondary(): void {
    this.points.pop();
  }

  key(key: string): boolean {
    if (this.points.length === 0) return false;
    if (key === "Enter") this.commit();
    else if (key === "Escape") this.cancelStroke();
    else if (key === "Backspace" || key === "Delete") this.points.pop();
    else return false;
    return true;
  }

  interrupt(): void {
    // the press was the first of two fingers: the point it placed goes, the others stay
    if (this.hasPlaced) this.points.pop();
    this.hasPlaced = false;
    this.isClosing = false;
  }

  commit(): void {
    const { points } = this;
    this.cancelStroke();
    if (points.length >= 3) this.bench.draw(contour(this.kind, points));
  }

  cancelStroke(): void {
    this.points = [];
    this.isClosing = false;
  }

  preview(): ToolPreview {
    if (this.points.length === 0) return {};
    const { kind, points, colour, isClosing } = this;
    return { draft: { kind, points: [...points], hover: this.hovered, colour, isClosing } };
  }

  private isOnFirst(at: Point, pixel: number, isTouch: boolean): boolean {
    const first = this.points[0];
    if (first === undefined || this.points.length < 3) return false;
    return distance(first, at) <= (isTouch ? 2 : 1.2) * POINT_REACH * pixel;
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
