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
      spans: tracksOf(document, structure.id).flatMap(spansOf),
      suggested: suggestion === null ? [] : tracksOf(suggestion, structure.id).flatMap(spansOf),
    };
  });
}
