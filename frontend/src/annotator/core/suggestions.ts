import { type Contour, isContour, isEmptyMask, type Mask } from "../../geometry";
import { keyframeAt, type SetDocument, type Track, trackShape, tracksOf } from "./document";
import { splinesFromMask } from "./maskToSpline";
import type { KeyframePut, Operation } from "./operations";

export interface Suggested {
  readonly track: Track;
  readonly shape: Contour | Mask;
  readonly confidence: number | null;
}

/** What the model says about a structure on a frame; shapes without pixels are no suggestion. */
export function suggestedAt(
  suggestion: SetDocument,
  structure: string,
  frame: number,
): Suggested[] {
  return tracksOf(suggestion, structure).flatMap((track) => {
    const shape = trackShape(track, frame);
    if (shape === null || isBlank(shape)) return [];
    return [{ track, shape, confidence: keyframeAt(track, frame)?.confidence ?? null }];
  });
}

const isBlank = (shape: Contour | Mask) =>
  isContour(shape) ? shape.points.length < 3 : isEmptyMask(shape);

type NewId = () => string;

/** Copy what is suggested for these structures on a frame; its own tracks take it first. */
export function acceptOperations(
  document: SetDocument,
  suggestion: SetDocument,
  structures: readonly string[],
  frame: number,
  newId: NewId = () => crypto.randomUUID(),
): Operation[] {
  return structures.flatMap((structure) => {
    const shapes = suggestedAt(suggestion, structure, frame).map((one) => one.shape);
    return placed(document, structure, frame, shapes, "accepted_suggestion", newId);
  });
}

/** The same with every mask turned into splines that can be edited, one for each of its parts. */
export function acceptForEditing(
  document: SetDocument,
  suggestion: SetDocument,
  structure: string,
  frame: number,
  newId: NewId = () => crypto.randomUUID(),
): Operation[] {
  const splines = suggestedAt(suggestion, structure, frame).flatMap(({ shape }) =>
    isContour(shape) ? [shape] : splinesFromMask(shape),
  );
  return placed(document, structure, frame, splines, "accepted_suggestion", newId);
}

function placed(
  document: SetDocument,
  structure: string,
  frame: number,
  shapes: readonly (Contour | Mask)[],
  source: KeyframePut["source"],
  newId: NewId,
): Operation[] {
  const own = tracksOf(document, structure);
  return shapes.flatMap((shape, i): Operation[] => {
    const existing = own[i]?.id;
    const track = existing ?? newId();
    const put: Operation = { op: "keyframe.put", track, frame, shape, source };
    return existing === undefined ? [{ op: "track.add", track, structure }, put] : [put];
  });
}

export interface ThroughClip {
  readonly operations: Operation[];
  /** Frames a person has drawn, which were left as they are. */
  readonly keptFrames: number;
}

/** Copy a structure's suggestion on all its frames, leaving a person's own keyframes alone. */
export function acceptThroughClip(
  document: SetDocument,
  suggestion: SetDocument,
  structure: string,
  newId: NewId = () => crypto.randomUUID(),
): ThroughClip {
  const own = tracksOf(document, structure);
  const drawn = new Set(
    own.flatMap((track) =>
      track.keyframes.filter((one) => one.source === "drawn").map((one) => one.frame_index),
    ),
  );
  const operations: Operation[] = [];
  const kept = new Set<number>();
  tracksOf(suggestion, structure).forEach((suggested, i) => {
    const existing = own[i]?.id;
    const track = existing ?? newId();
    if (existing === undefined) operations.push({ op: "track.add", track, structure });
    for (const { frame_index: frame, shape } of suggested.keyframes) {
      if (drawn.has(frame)) {
        kept.add(frame);
        continue;
      }
      const isShown = shape.kind !== "absent" && !isBlank(shape);
      operations.push({
        op: "keyframe.put",
        track,
        frame,
        shape: isShown ? shape : { kind: "absent" },
        source: "accepted_suggestion",
      });
    }
  });
  return { operations, keptFrames: kept.size };
}
