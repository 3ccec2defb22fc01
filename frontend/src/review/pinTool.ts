import type { Tool, ToolPointer, ToolPreview } from "../annotator/tools/tool";
import type { Point } from "../geometry";

/** A click on the picture names a place; nothing is drawn. */
export class PinTool implements Tool {
  readonly cursor = "crosshair";

  constructor(private readonly onPin: (at: Point) => void) {}

  activate(): void {}
  deactivate(): void {}
  pointerDown({ at }: ToolPointer): void {
    this.onPin(at);
  }
  pointerMove(): void {}
  pointerUp(): void {}
  hover(): void {}
  leave(): void {}
  doubleClick(): void {}
  secondary(): void {}
  key(): boolean {
    return false;
  }
  commit(): void {}
  cancelStroke(): void {}
  preview(): ToolPreview {
    return {};
  }
}
