import type { BooleanKind, Contour, Mask, Point } from "../../geometry";
import type { ToolMarks } from "../view/scene";
import type { Size } from "../view/viewport";
import type { ToolOptions } from "./toolSettings";

export interface ToolPointer {
  /** In image pixels. */
  readonly at: Point;
  /** Length of one CSS pixel in image pixels: how near is near. */
  readonly pixel: number;
  readonly isTouch: boolean;
  readonly isShift: boolean;
  readonly isAlt: boolean;
  /** Of a pen 0 to 1; null for what has no pressure. */
  readonly pressure?: number | null;
  /** The other end of a pen. */
  readonly isEraser?: boolean;
}

/** What a tool shows over the work while it is used. */
export interface ToolPreview extends ToolMarks {
  /** Stands in for the shape of a track on this frame; null hides it. */
  readonly replaced?: { readonly track: string; readonly shape: Contour | Mask | null };
}

/**
 * Every tool has one life: activate, pointer and key, then a stroke is committed or cancelled,
 * deactivate. A stroke is one entry of the history.
 */
export interface Tool {
  readonly cursor: string;
  activate(): void;
  deactivate(): void;
  pointerDown(pointer: ToolPointer): void;
  pointerMove(pointer: ToolPointer): void;
  pointerUp(pointer: ToolPointer): void;
  hover(pointer: ToolPointer): void;
  leave(): void;
  doubleClick(pointer: ToolPointer): void;
  /** The right button. */
  secondary(pointer: ToolPointer): void;
  /** True when the key was meant for the tool. */
  key(key: string): boolean;
  /** The wheel turned by so many steps, up positive; true when it was meant for the tool. */
  wheel?(steps: number): boolean;
  /** A second finger came: take back what this press did. Like cancelStroke unless told. */
  interrupt?(): void;
  /** Finish what is being drawn. */
  commit(): void;
  /** Forget what is being drawn. */
  cancelStroke(): void;
  preview(): ToolPreview;
}

/** A shape of the open set on the frame shown. */
export interface Target {
  readonly track: string;
  readonly structure: string;
  readonly shape: Contour | Mask;
  readonly isLocked: boolean;
}

/** What a painting tool works on: the chosen structure's shape here, if it has one yet. */
export interface Subject {
  readonly track: string | null;
  readonly shape: Contour | Mask | null;
  readonly colour: string;
}

export interface DrawOptions {
  /** In the history; "Draw" and the structure's name unless told. */
  readonly label?: string;
  /** The tool stays, for its handles; else what was drawn can be edited at once. */
  readonly keepsTool?: boolean;
}

/** The annotator as tools see it. */
export interface Workbench {
  readonly options: ToolOptions;
  /** Shapes on the frame shown, top one first. */
  targets(): readonly Target[];
  selected(): Target | null;
  select(track: string | null): void;
  /** Colour of what would be drawn next, or null when nothing may be drawn; says why itself. */
  drawingColour(): string | null;
  /** What would be painted on, or null when nothing may be; says why itself. */
  subject(): Subject | null;
  /** The picture's size in pixels. */
  size(): Size;
  /**
   * The stored grey values of exactly the frame shown; while they are not here null, and a word
   * about it unless this only asks for them to come.
   */
  grey(isQuiet?: boolean): Uint8Array | null;
  /** Put a new contour into the chosen structure on this frame, or add or subtract it. */
  draw(contour: Contour, options?: DrawOptions): void;
  /** What was painted on a subject; a mask of nothing takes the shape away. */
  paint(subject: Subject, mask: Mask, label: string): void;
  /** Replace a track's shape on this frame. */
  reshape(track: string, shape: Contour | Mask, label: string): void;
  /** Put the shape of another track to one, or take it off. */
  combine(track: string, other: string, kind: BooleanKind): void;
  remove(track: string): void;
}
