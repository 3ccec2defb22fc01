import type { Operation } from "./operations";

/** One thing a person did: what it was, how to undo it, how to do it again. */
export interface Stroke {
  readonly label: string;
  readonly operations: readonly Operation[];
  readonly inverse: readonly Operation[];
}

const LIMIT = 500;

/** Undo and redo. Both are themselves operations that are saved like any other. */
export class History {
  private done: Stroke[] = [];
  private undone: Stroke[] = [];

  get undoLabel(): string | null {
    return this.done.at(-1)?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.undone.at(-1)?.label ?? null;
  }

  /** A new stroke; what had been undone before it can no longer be redone. */
  record(stroke: Stroke): void {
    this.done.push(stroke);
    if (this.done.length > LIMIT) this.done.shift();
    this.undone = [];
  }

  /** The stroke to take back now, or null. The caller applies its inverse. */
  undo(): Stroke | null {
    const stroke = this.done.pop();
    if (stroke === undefined) return null;
    this.undone.push(stroke);
    return stroke;
  }

  /** The stroke to do again now, or null. The caller applies its operations. */
  redo(): Stroke | null {
    const stroke = this.undone.pop();
    if (stroke === undefined) return null;
    this.done.push(stroke);
    return stroke;
  }
}
