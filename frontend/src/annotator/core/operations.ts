import type { Shape } from "../../geometry";

/** How a shape came to be, as the server knows it. */
export type ShapeSource =
  | "drawn"
  | "accepted_suggestion"
  | "propagated"
  | "imported"
  | "model"
  | "adjudicated";

/** How well structures can be told apart in a frame. */
export type ImageQuality = "good" | "usable" | "poor";

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
  /** Of what made the shape, 0 to 1, where it was not a person's hand. */
  readonly confidence?: number | null;
}

export interface KeyframeDelete {
  readonly op: "keyframe.delete";
  readonly track: string;
  readonly frame: number;
}

/** Image quality of a frame; null takes the judgement back. */
export interface FrameJudge {
  readonly op: "frame.judge";
  readonly frame: number;
  readonly quality: ImageQuality | null;
}

/** "Not visible" from `frame` to `to_frame`, both included; null takes it back. */
export interface StructureJudge {
  readonly op: "structure.judge";
  readonly structure: string;
  readonly frame: number;
  readonly to_frame: number;
  readonly visible: false | null;
}

export interface ClipJudge {
  readonly op: "clip.judge";
  readonly rejected: boolean;
  /** Needed when rejected. */
  readonly reason: string;
}

/** Words on a frame, or with null on the clip. */
export interface NotePut {
  readonly op: "note.put";
  readonly note: string;
  readonly frame: number | null;
  readonly text: string;
}

export interface NoteDelete {
  readonly op: "note.delete";
  readonly note: string;
}

export type TrackOperation = TrackAdd | TrackDelete | KeyframePut | KeyframeDelete;
export type JudgementOperation = FrameJudge | StructureJudge | ClipJudge | NotePut | NoteDelete;

/** The smallest change of a set; a stroke is a list of them. */
export type Operation = TrackOperation | JudgementOperation;

export function isTrackOperation(operation: Operation): operation is TrackOperation {
  return "track" in operation;
}

export interface ServerRevision {
  readonly number: number;
  readonly ops: readonly Operation[];
}
