import type { Structure } from "../../api/types";
import { type SetDocument, tracksOf } from "../core/document";
import { spansOf } from "../core/reading";
import type { TimelineRow } from "./Timeline";

/** A row a structure; several tracks of one structure share it. */
export function timelineRows(
  structures: readonly Structure[],
  document: SetDocument,
  suggestion: SetDocument | null = null,
): TimelineRow[] {
  return structures.map((structure) => {
    const absent = new Map<number, boolean>();
    for (const track of tracksOf(document, structure.id)) {
      for (const { frame_index: frame, shape } of track.keyframes) {
        absent.set(frame, shape.kind === "absent" && absent.get(frame) !== false);
      }
    }
    return {
      key: structure.code,
      name: structure.name,
      colour: structure.colour,
      keyframes: [...absent].map(([frame, isAbsent]) => ({ frame, isAbsent })),
      spans: merged(tracksOf(document, structure.id).flatMap(spansOf)),
      suggested:
        suggestion === null ? [] : merged(tracksOf(suggestion, structure.id).flatMap(spansOf)),
    };
  });
}

/** Overlapping and touching runs of frames as one. */
function merged(spans: readonly (readonly [number, number])[]): [number, number][] {
  const result: [number, number][] = [];
  for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}
