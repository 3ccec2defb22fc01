import type { Tool, ToolPointer, ToolPreview } from "./tool";

/** A tool whose stroke lasts from the press to the release of the pointer; Escape gives it up. */
export abstract class StrokeTool implements Tool {
  abstract readonly cursor: string;
  /** Whether a press is under way. */
  protected abstract isStroking(): boolean;
  abstract pointerDown(pointer: ToolPointer): void;
  abstract pointerMove(pointer: ToolPointer): void;
  abstract hover(pointer: ToolPointer): void;
  abstract leave(): void;
  abstract commit(): void;
  abstract cancelStroke(): void;
  abstract preview(): ToolPreview;

  activate(): void {
    this.cancelStroke();
  }

  deactivate(): void {
    this.commit();
    this.leave();
  }

  pointerUp(): void {
    this.commit();
  }

  doubleClick(): void {}
  secondary(): void {}

  key(key: string): boolean {
    if (key !== "Escape" || !this.isStroking()) return false;
    this.cancelStroke();
    return true;
  }
}
