import { type FilterRecipe, NEUTRAL, PLAIN, type Tone } from "../../frames";
import type { Box, Contour, Mask, PixelGrid, Point } from "../../geometry";

/** A shape to show in full: filled by its exact mask, outlined. */
export interface Layer {
  readonly key: string;
  /** The structure's channel in the label map. */
  readonly channel: number;
  readonly colour: string;
  readonly name: string;
  readonly shape: Contour | Mask;
  /** Drawn with a stronger line. */
  readonly isSelected?: boolean;
  /** Between keyframes: drawn with a thinner line. */
  readonly isInterpolated?: boolean;
  /** How strongly it is filled of what the view fills, 0 to 1; 1 where nothing is said. */
  readonly fill?: number;
  /** Stands back while another structure is pointed out. */
  readonly isFaded?: boolean;
}

/** A suggestion: only dashed and hatched, never filled like work. */
export interface Ghost {
  readonly key: string;
  readonly colour: string;
  readonly shape: Contour | Mask;
}

export interface Pin {
  readonly key: string;
  readonly number: number;
  readonly at: Point;
  readonly isResolved: boolean;
}

/** A contour while it is being drawn. */
export interface Draft {
  readonly kind: "spline" | "polygon";
  readonly points: readonly Point[];
  /** Where the pointer is, the point that would come next. */
  readonly hover: Point | null;
  readonly colour: string;
  /** The pointer is on the first point: a click closes the contour. */
  readonly isClosing: boolean;
}

/** A straight line between two places with what it measures. */
export interface MeasuredLine {
  readonly from: Point;
  readonly to: Point;
  readonly label: string;
}

/** A shape while it is painted, pixel by pixel. */
export interface Painting extends PixelGrid {
  readonly colour: string;
  /** The box of pixels changed since this was last asked, or null when none was. */
  takeDirty(): Box | null;
}

/** The reach of a round tool around the pointer, in image pixels. */
export interface BrushMark {
  readonly at: Point;
  readonly radius: number;
  readonly isErasing: boolean;
}

/** A line that clings to edges: pinned ways, and the one to the pointer. */
export interface WireMark {
  readonly pins: readonly Point[];
  readonly ways: readonly (readonly Point[])[];
  readonly live: readonly Point[];
  readonly colour: string;
  readonly isClosing: boolean;
}

/** What a tool shows while it is used; drawn above the work, on a canvas of its own. */
export interface ToolMarks {
  readonly draft?: Draft | null;
  /** The contour whose points can be dragged. */
  readonly handles?: { readonly contour: Contour; readonly active: number | null } | null;
  readonly painting?: Painting;
  readonly brush?: BrushMark;
  readonly wire?: WireMark;
  /** A shape that does not exist yet. */
  readonly fresh?: { readonly shape: Contour; readonly colour: string };
  /** Places to drag. */
  readonly knobs?: { readonly points: readonly Point[]; readonly active: number | null };
  /** A box to scale and turn by: its corners in order. */
  readonly frame?: { readonly corners: readonly Point[] };
  /** The track whose shape changes with the pointer: its layer is drawn with the marks. */
  readonly changing?: string;
}

/** Everything drawn over one frame. Layers in the order of the procedure's structures. */
export interface Scene extends ToolMarks {
  readonly layers: readonly Layer[];
  readonly ghosts?: readonly Ghost[];
  readonly pins?: readonly Pin[];
  /** Stretched over the whole frame, under the lines. */
  readonly heat?: CanvasImageSource | null;
  readonly measured?: MeasuredLine | null;
  /** Says whose shapes these are; the overlay canvas carries it as `data-overlay`. */
  readonly overlay: string;
}

export const EMPTY_SCENE: Scene = { layers: [], overlay: "none" };

export interface Appearance {
  /** Of the fill, 0 to 1. */
  readonly opacity: number;
  readonly isOutlineOnly: boolean;
  readonly isHidden: boolean;
  readonly isSmooth: boolean;
  readonly hasNames: boolean;
  readonly hasRuler: boolean;
  /** Window, level, gamma and inversion of the picture, for the eye only. */
  readonly tone: Tone;
  /** Filters of the picture, for the eye only. */
  readonly recipe: FilterRecipe;
}

export const DEFAULT_APPEARANCE: Appearance = {
  opacity: 0.35,
  isOutlineOnly: false,
  isHidden: false,
  isSmooth: true,
  hasNames: false,
  hasRuler: true,
  tone: NEUTRAL,
  recipe: PLAIN,
};
