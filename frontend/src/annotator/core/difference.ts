import { keyframeAt, putOf, type SetDocument } from "./document";
import type { Operation } from "./operations";

/** The operations that lead from one document to the other. */
export function difference(now: SetDocument, wanted: SetDocument): Operation[] {
  const operations: Operation[] = [];
  for (const [id, held] of now.tracks) {
    if (wanted.tracks.get(id)?.structure !== held.structure) {
      operations.push({ op: "track.delete", track: id });
    }
  }
  for (const [id, target] of wanted.tracks) {
    const found = now.tracks.get(id);
    const present = found?.structure === target.structure ? found : undefined;
    if (present === undefined) {
      operations.push({ op: "track.add", track: id, structure: target.structure });
    }
    for (const keyframe of present?.keyframes ?? []) {
      if (keyframeAt(target, keyframe.frame_index) !== undefined) continue;
      operations.push({ op: "keyframe.delete", track: id, frame: keyframe.frame_index });
    }
    for (const keyframe of target.keyframes) {
      const earlier = present && keyframeAt(present, keyframe.frame_index);
      if (earlier !== undefined && isSame(earlier.shape, keyframe.shape)) continue;
      operations.push(putOf(id, keyframe));
    }
  }
  return [...operations, ...judgementDifference(now, wanted)];
}

function judgementDifference(now: SetDocument, wanted: SetDocument): Operation[] {
  const operations: Operation[] = [];
  const held = now.judgement;
  const target = wanted.judgement;
  for (const frame of new Set([...held.quality.keys(), ...target.quality.keys()])) {
    const quality = target.quality.get(frame) ?? null;
    if ((held.quality.get(frame) ?? null) !== quality) {
      operations.push({ op: "frame.judge", frame, quality });
    }
  }
  if (!isSame(held.notVisible, target.notVisible)) {
    for (const one of held.notVisible) {
      operations.push({ op: "structure.judge", ...one, visible: null });
    }
    for (const one of target.notVisible) {
      operations.push({ op: "structure.judge", ...one, visible: false });
    }
  }
  if (held.rejected?.reason !== target.rejected?.reason) {
    const { rejected } = target;
    const reason = rejected?.reason ?? "";
    operations.push({ op: "clip.judge", rejected: rejected !== null, reason });
  }
  for (const note of held.notes.keys()) {
    if (!target.notes.has(note)) operations.push({ op: "note.delete", note });
  }
  for (const [note, words] of target.notes) {
    if (!isSame(held.notes.get(note), words)) operations.push({ op: "note.put", note, ...words });
  }
  return operations;
}

export function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
