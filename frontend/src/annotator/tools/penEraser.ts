import type { Tool, ToolPointer, ToolPreview } from "./tool";

/** A tool for the tip of a pen; the other end of the pen erases, whatever the tool. */
export class WithPenEraser implements Tool {
  private isErasing = false;

  constructor(
    private readonly tip: Tool,
    private readonly eraser: Tool,
  ) {}

  get cursor(): string {
    return this.current.cursor;
  }

  activate(): void {
    this.tip.activate();
  }

  deactivate(): void {
    this.finishErasing();
    this.eraser.deactivate();
    this.tip.deactivate();
  }

  pointerDown(pointer: ToolPointer): void {
    if (pointer.isEraser === true) {
      this.tip.commit();
      this.isErasing = true;
    }
    this.current.pointerDown(pointer);
  }

  pointerMove(pointer: ToolPointer): void {
    this.current.pointerMove(pointer);
  }

  pointerUp(pointer: ToolPointer): void {
    this.current.pointerUp(pointer);
    this.finishErasing();
  }

  hover(pointer: ToolPointer): void {
    this.tip.hover(pointer);
  }

  leave(): void {
    this.current.leave();
  }

  doubleClick(pointer: ToolPointer): void {
    this.tip.doubleClick(pointer);
  }

  secondary(pointer: ToolPointer): void {
    this.tip.secondary(pointer);
  }

  key(key: string): boolean {
    return this.current.key(key);
  }

  wheel(steps: number): boolean {
    return this.current.wheel?.(steps) ?? false;
  }

  interrupt(): void {
    const { current } = this;
    if (current.interrupt === undefined) current.cancelStroke();
    else current.interrupt();
    this.finishErasing();
  }

  commit(): void {
    this.finishErasing();
    this.tip.commit();
  }

  cancelStroke(): void {
    this.current.cancelStroke();
    this.finishErasing();
  }

  preview(): ToolPreview {
    return this.current.preview();
  }

  private get current(): Tool {
    return this.isErasing ? this.eraser : this.tip;
  }

  private finishErasing(): void {
    if (!this.isErasing) return;
    this.eraser.commit();
    this.eraser.leave();
    this.isErasing = false;
  }
}
