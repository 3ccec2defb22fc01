import { isSame } from "./difference";
import { keyframeAt, putOf, type SetDocument, structureOf } from "./document";
import { isTrackOperation, type Operation } from "./operations";

/** One structure in one frame, changed here and elsewhere since both last agreed. */
export interface Conflict {
  readonly structure: string;
  readonly frame: number;
  /** What both sides started from, what was saved elsewhere, and what was drawn here. */
  readonly base: SetDocument;
  readonly theirs: SetDocument;
  readonly mine: SetDocument;
}

export const conflictKey = (one: Conflict) => `${one.structure} ${one.frame}`;

/**
 * Frames in which a structure was changed by the waiting operations and also between `base` and
 * `theirs`. What one side changed alone is no conflict and merges by itself.
 */
export function conflictsOf(
  base: SetDocument,
  theirs: SetDocument,
  mine: SetDocument,
  waiting: readonly Operation[],
): Conflict[] {
  const found = new Map<string, Conflict>();
  for (const operation of waiting) {
    if (!isTrackOperation(operation) || !("frame" in operation)) continue;
    const { frame } = operation;
    const structure = structureOf(mine, operation) ?? structureOf(base, operation);
    if (structure === null) continue;
    const before = said(base, structure, frame);
    const there = said(theirs, structure, frame);
    if (isSame(before, there) || isSame(there, said(mine, structure, frame))) continue;
    const conflict = { structure, frame, base, theirs, mine };
    found.set(conflictKey(conflict), conflict);
  }
  return [...found.values()].sort((a, b) => a.frame - b.frame);
}

/** The operations that make a structure in a frame what `chosen` says of it. */
export function resolution(now: SetDocument, chosen: SetDocument, conflict: Conflict): Operation[] {
  const { structure, frame } = conflict;
  const operations: Operation[] = [];
  const tracks = new Set([...now.tracks.keys(), ...chosen.tracks.keys()]);
  for (const id of tracks) {
    const held = now.tracks.get(id);
    const target = chosen.tracks.get(id);
    if ((held ?? target)?.structure !== structure) continue;
    const wanted = target && keyframeAt(target, frame);
    const present = held && keyframeAt(held, frame);
    if (wanted === undefined) {
      if (present === undefined || held === undefined) continue;
      operations.push(
        held.keyframes.length === 1
          ? { op: "track.delete", track: id }
          : { op: "keyframe.delete", track: id, frame },
      );
    } else if (present === undefined || !isSame(present.shape, wanted.shape)) {
      if (held === undefined) operations.push({ op: "track.add", track: id, structure });
      operations.push(putOf(id, wanted));
    }
  }
  return operations;
}

/** What a document says of a structure at a frame: each track's keyframe there. */
function said(document: SetDocument, structure: string, frame: number): unknown[] {
  return [...document.tracks.values()]
    .filter((track) => track.structure === structure)
    .flatMap((track) => {
      const keyframe = keyframeAt(track, frame);
      return keyframe === undefined ? [] : [[track.id, keyframe.shape]];
    });
}
