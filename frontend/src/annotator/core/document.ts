import { type Contour, type Mask, readShape, type Shape, shapeAt } from "../../geometry";
import {
  isNotVisible,
  type Judgement,
  type JudgementRow,
  judge,
  judgementFromRow,
  NO_JUDGEMENT,
  unjudge,
} from "./judgement";
import { isTrackOperation, type KeyframePut, type Operation, type ShapeSource } from "./operations";

export interface Keyframe {
  readonly frame_index: number;
  readonly shape: Shape;
  readonly source: ShapeSource;
  readonly confidence: number | null;
}

/** One structure through time; keyframes in strictly growing frame order. */
export interface Track {
  readonly id: string;
  readonly structure: string;
  readonly keyframes: readonly Keyframe[];
}

/** What a set says: never changed in place, so an older one stays as it was. */
export interface SetDocument {
  readonly tracks: ReadonlyMap<string, Track>;
  readonly judgement: Judgement;
}

export const EMPTY_DOCUMENT: SetDocument = { tracks: new Map(), judgement: NO_JUDGEMENT };

/** Tracks as `/api/annotation-sets/{id}/` gives them, or as unpacked: a shape in JSON or bytes. */
export interface TrackRow {
  readonly id: string;
  readonly structure: string;
  readonly keyframes: readonly {
    readonly frame: number;
    readonly shape: unknown;
    readonly source: string;
    readonly confidence?: number | null;
  }[];
}

/** Throws ShapeError when a stored shape is not valid. */
export function documentFromRows(
  rows: readonly TrackRow[],
  judgement?: JudgementRow | null,
): SetDocument {
  const tracks = new Map<string, Track>();
  for (const row of rows) {
    const keyframes = row.keyframes
      .map((keyframe) => ({
        frame_index: keyframe.frame,
        shape: readShape(keyframe.shape),
        source: keyframe.source as ShapeSource,
        confidence: keyframe.confidence ?? null,
      }))
      .sort((a, b) => a.frame_index - b.frame_index);
    tracks.set(row.id, { id: row.id, structure: row.structure, keyframes });
  }
  return { tracks, judgement: judgementFromRow(judgement) };
}

/**
 * The document after an operation. An operation that has nothing to act on (its track is gone, or
 * already there) leaves the document as it is.
 */
export function apply(document: SetDocument, operation: Operation): SetDocument {
  if (!isTrackOperation(operation)) {
    const judgement = judge(document.judgement, operation);
    return judgement === document.judgement ? document : { ...document, judgement };
  }
  const track = document.tracks.get(operation.track);
  switch (operation.op) {
    case "track.add":
      if (track !== undefined) return document;
      return withTrack(document, {
        id: operation.track,
        structure: operation.structure,
        keyframes: [],
      });
    case "track.delete": {
      if (track === undefined) return document;
      const tracks = new Map(document.tracks);
      tracks.delete(operation.track);
      return { ...document, tracks };
    }
    case "keyframe.put":
      if (track === undefined) return document;
      return withTrack(document, { ...track, keyframes: withKeyframe(track, operation) });
    case "keyframe.delete": {
      if (track === undefined) return document;
      const keyframes = track.keyframes.filter((one) => one.frame_index !== operation.frame);
      if (keyframes.length === track.keyframes.length) return document;
      return withTrack(document, { ...track, keyframes });
    }
  }
}

export function applyAll(document: SetDocument, operations: Iterable<Operation>): SetDocument {
  let result = document;
  for (const operation of operations) result = apply(result, operation);
  return result;
}

/** What undoes an operation, given the document before it. */
export function invert(document: SetDocument, operation: Operation): Operation[] {
  if (!isTrackOperation(operation)) return unjudge(document.judgement, operation);
  const track = document.tracks.get(operation.track);
  switch (operation.op) {
    case "track.add":
      return track === undefined ? [{ op: "track.delete", track: operation.track }] : [];
    case "track.delete":
      if (track === undefined) return [];
      return [
        { op: "track.add", track: track.id, structure: track.structure },
        ...track.keyframes.map((keyframe) => putOf(track.id, keyframe)),
      ];
    case "keyframe.put":
    case "keyframe.delete": {
      if (track === undefined) return [];
      const earlier = keyframeAt(track, operation.frame);
      if (earlier !== undefined) return [putOf(track.id, earlier)];
      if (operation.op === "keyframe.delete") return [];
      return [{ op: "keyframe.delete", track: track.id, frame: operation.frame }];
    }
  }
}

/** What undoes a row of operations, in the order in which to apply it. */
export function invertAll(document: SetDocument, operations: readonly Operation[]): Operation[] {
  const undo: Operation[][] = [];
  let state = document;
  for (const operation of operations) {
    undo.push(invert(state, operation));
    state = apply(state, operation);
  }
  return undo.reverse().flat();
}

/**
 * The same operations as ones that all have an effect on this document: a put into a track that is
 * gone brings the track back, what is already so is left out. `structures` names the structure of
 * tracks the document no longer has.
 */
export function fitted(
  document: SetDocument,
  operations: readonly Operation[],
  structures: ReadonlyMap<string, string>,
): Operation[] {
  const result: Operation[] = [];
  let state = document;
  const take = (operation: Operation) => {
    const next = apply(state, operation);
    if (next === state) return;
    state = next;
    result.push(operation);
  };
  for (const operation of operations) {
    if (operation.op === "keyframe.put" && !state.tracks.has(operation.track)) {
      const structure = structures.get(operation.track);
      if (structure === undefined) continue;
      take({ op: "track.add", track: operation.track, structure });
    }
    take(operation);
  }
  return result;
}

export function keyframeAt(track: Track, frame: number): Keyframe | undefined {
  return track.keyframes.find((keyframe) => keyframe.frame_index === frame);
}

const shapes = new WeakMap<Track, Map<number, Contour | Mask | null>>();

/** The shape of a track at a frame; the same object each time, so that what is made of it is kept. */
export function trackShape(track: Track, frame: number): Contour | Mask | null {
  let known = shapes.get(track);
  if (known === undefined) {
    known = new Map();
    shapes.set(track, known);
  }
  let shape = known.get(frame);
  if (shape === undefined) {
    if (known.size > 64) known.clear();
    shape = shapeAt(track.keyframes, frame);
    known.set(frame, shape);
  }
  return shape;
}

/**
 * What a track shows on a frame: nothing between keyframes where its structure was judged not to be
 * visible; a shape put at that very frame outweighs the judgement.
 */
export function shownShape(
  document: SetDocument,
  track: Track,
  frame: number,
): Contour | Mask | null {
  const isJudged = isNotVisible(document.judgement, track.structure, frame);
  if (isJudged && keyframeAt(track, frame) === undefined) return null;
  return trackShape(track, frame);
}

/** The structure an operation is about, where it is about one. */
export function structureOf(document: SetDocument, operation: Operation): string | null {
  if ("structure" in operation) return operation.structure;
  if (!isTrackOperation(operation)) return null;
  return document.tracks.get(operation.track)?.structure ?? null;
}

export function tracksOf(document: SetDocument, structure: string): Track[] {
  return [...document.tracks.values()].filter((track) => track.structure === structure);
}

export function putOf(track: string, keyframe: Keyframe): KeyframePut {
  return {
    op: "keyframe.put",
    track,
    frame: keyframe.frame_index,
    shape: keyframe.shape,
    source: keyframe.source,
    ...(keyframe.confidence === null ? {} : { confidence: keyframe.confidence }),
  };
}

function withTrack(document: SetDocument, track: Track): SetDocument {
  const tracks = new Map(document.tracks);
  tracks.set(track.id, track);
  return { ...document, tracks };
}

function withKeyframe(track: Track, put: KeyframePut): Keyframe[] {
  const keyframes = track.keyframes.filter((one) => one.frame_index !== put.frame);
  const at = keyframes.findIndex((one) => one.frame_index > put.frame);
  keyframes.splice(at < 0 ? keyframes.length : at, 0, {
    frame_index: put.frame,
    shape: put.shape,
    source: put.source,
    confidence: put.confidence ?? null,
  });
  return keyframes;
}
