import type { Operation } from "./operations";

/** One thing a person did: what it was, how to undo it, how to do it again. */
export interface Stroke {
  readonly label: string;
  readonly operations: readonly Operation[];
  readonly inverse: readonly Operation[];
}

/** A stroke as it is kept beside the outbox. */
export interface KeptStroke extends Stroke {
  readonly id: string;
  readonly order: number;
  readonly isUndone: boolean;
}

/** Where strokes are kept so that undo outlives the page; it may fail without harm to the work. */
export interface StrokeKeeper {
  put(stroke: KeptStroke): void;
  remove(ids: readonly string[]): void;
}

const LIMIT = 500;

/** Undo and redo. Both are themselves operations that are saved like any other. */
export class History {
  private done: KeptStroke[] = [];
  private undone: KeptStroke[] = [];
  private order = 0;
  private keeper: StrokeKeeper | null = null;

  get undoLabel(): string | null {
    return this.done.at(-1)?.label ?? null;
  }

  get redoLabel(): string | null {
    return this.undone.at(-1)?.label ?? null;
  }

  /** Go on with the strokes of an earlier page, before what was done here meanwhile. */
  takeUp(kept: readonly KeptStroke[], keeper: StrokeKeeper): void {
    const inOrder = [...kept].sort((a, b) => a.order - b.order);
    const here = this.done;
    this.keeper = keeper;
    this.done = [...inOrder.filter((one) => !one.isUndone), ...here];
    // the last undone is the first to be done again
    if (here.length === 0) this.undone = inOrder.filter((one) => one.isUndone).reverse();
    for (const one of here) keeper.put(one);
  }

  /** A new stroke; what had been undone before it can no longer be redone. */
  record(stroke: Stroke): void {
    this.order = Math.max(this.order + 1, Date.now());
    const kept = { ...stroke, id: crypto.randomUUID(), order: this.order, isUndone: false };
    const dropped = this.undone;
    this.done.push(kept);
    if (this.done.length > LIMIT) dropped.push(...this.done.splice(0, 1));
    this.keeper?.put(kept);
    if (dropped.length > 0) this.keeper?.remove(dropped.map((one) => one.id));
    this.undone = [];
  }

  /** The stroke to take back now, or null. The caller applies its inverse. */
  undo(): Stroke | null {
    const stroke = this.done.pop();
    if (stroke === undefined) return null;
    this.undone.push(stroke);
    this.keeper?.put({ ...stroke, isUndone: true });
    return stroke;
  }

  /** The stroke to do again now, or null. The caller applies its operations. */
  redo(): Stroke | null {
    const stroke = this.undone.pop();
    if (stroke === undefined) return null;
    this.done.push(stroke);
    this.keeper?.put({ ...stroke, isUndone: false });
    return stroke;
  }
}
