import type { Contour, Mask, Point } from "../../geometry";
import type { Draft, Scene } from "../view/scene";

export interface ToolPointer {
  /** In image pixels. */
  readonly at: Point;
  /** Length of one CSS pixel in image pixels: how near is near. */
  readonly pixel: number;
  readonly isTouch: boolean;
  readonly isShift: boolean;
  readonly isAlt: boolean;
}

/** What a tool shows over the work while it is used. */
export interface ToolPreview {
  /** Stands in for the shape of a track on this frame. */
  readonly replaced?: { readonly track: string; readonly shape: Contour | Mask };
  readonly draft?: Draft;
  readonly handles?: NonNullable<Scene["handles"]>;
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

/** The annotator as tools see it. */
export interface Workbench {
  /** Shapes on the frame shown, top one first. */
  targets(): readonly Target[];
  selected(): Target | null;
  select(track: string | null): void;
  /** Colour of what would be drawn next, or null when nothing may be drawn; says why itself. */
  drawingColour(): string | null;
  /** Put a new contour into the chosen structure on this frame. */
  draw(contour: Contour): void;
  /** Replace a track's shape on this frame. */
  reshape(track: string, shape: Contour | Mask, label: string): void;
  remove(track: string): void;
}
