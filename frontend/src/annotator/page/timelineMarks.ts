import type { Judgement } from "../core/judgement";
import type { Remark } from "../queries";

/** Something said of a frame, on the bar above the rows. */
export interface TimelineMark {
  readonly frame: number;
  readonly kind: "remark" | "settled" | "note" | "poor" | "changed";
  readonly title: string;
}

/** One mark a frame and kind: remarks of reviewers, notes, frames judged poor, and changes. */
export function timelineMarks(
  remarks: readonly Remark[],
  judgement: Judgement,
  changed: readonly number[] = [],
): TimelineMark[] {
  const marks = new Map<string, TimelineMark>();
  const put = (frame: number, kind: TimelineMark["kind"], what: string) => {
    const key = `${kind} ${frame}`;
    if (!marks.has(key)) marks.set(key, { frame, kind, title: `Frame ${frame}: ${what}` });
  };
  for (const [frame, quality] of judgement.quality) {
    if (quality === "poor") put(frame, "poor", "poor image");
  }
  for (const frame of changed) put(frame, "changed", "differs from what it is compared with");
  for (const note of judgement.notes.values()) {
    if (note.frame !== null) put(note.frame, "note", note.text);
  }
  for (const one of remarks) {
    put(one.frame_index, one.resolved_at === null ? "remark" : "settled", one.text);
  }
  return [...marks.values()];
}
