import type { Clip } from "../api/types";

/** Clips under their subjects; the subject of the newest clip first, clips in the given order. */
export function bySubject(clips: readonly Clip[]): { pseudonym: string; clips: Clip[] }[] {
  const groups = new Map<string, { pseudonym: string; clips: Clip[] }>();
  for (const clip of clips) {
    const group = groups.get(clip.subject.id) ?? { pseudonym: clip.subject.pseudonym, clips: [] };
    group.clips.push(clip);
    groups.set(clip.subject.id, group);
  }
  return [...groups.values()];
}
