import type { Shape } from "../../geometry";

/** How a shape came to be, as the server knows it. */
export type ShapeSource = "drawn" | "accepted_suggestion" | "propagated" | "imported" | "model";

export interface TrackAdd {
  readonly op: "track.add";
  readonly track: string;
  readonly structure: string;
}

export interface TrackDelete {
  readonly op: "track.delete";
  readonly track: string;
}

export interface KeyframePut {
  readonly op: "keyframe.put";
  readonly track: string;
  readonly frame: number;
  readonly shape: Shape;
  readonly source: ShapeSource;
}

export interface KeyframeDelete {
  readonly op: "keyframe.delete";
  readonly track: string;
  readonly frame: number;
}

/** The smallest change of a set; a stroke is a list of them. */
export type Operation = TrackAdd | TrackDelete | KeyframePut | KeyframeDelete;

export interface ServerRevision {
  readonly number: number;
  readonly ops: readonly Operation[];
}
