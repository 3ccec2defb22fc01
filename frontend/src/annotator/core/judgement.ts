import type { ImageQuality, JudgementOperation, StructureJudge } from "./operations";

/** A structure judged not to be seen from one frame to another, both included. */
export interface NotVisible {
  readonly structure: string;
  readonly frame: number;
  readonly to_frame: number;
}

export interface Note {
  /** Null: of the whole clip. */
  readonly frame: number | null;
  readonly text: string;
}

/** What a set says besides its shapes. Spans of one structure neither overlap nor touch. */
export interface Judgement {
  readonly quality: ReadonlyMap<number, ImageQuality>;
  readonly notVisible: readonly NotVisible[];
  readonly rejected: { readonly reason: string } | null;
  readonly notes: ReadonlyMap<string, Note>;
}

export const NO_JUDGEMENT: Judgement = {
  quality: new Map(),
  notVisible: [],
  rejected: null,
  notes: new Map(),
};

/** The judgement as `/api/annotation-sets/{id}/` gives it. */
export interface JudgementRow {
  readonly quality: readonly { readonly frame: number; readonly quality: string }[];
  readonly not_visible: readonly NotVisible[];
  readonly rejected: { readonly reason: string } | null;
  readonly notes: readonly {
    readonly id: string;
    readonly frame: number | null;
    readonly text: string;
  }[];
}

export function judgementFromRow(row: JudgementRow | null | undefined): Judgement {
  if (row === null || row === undefined) return NO_JUDGEMENT;
  return {
    quality: new Map(row.quality.map((one) => [one.frame, one.quality as ImageQuality])),
    notVisible: row.not_visible.map(({ structure, frame, to_frame }) => ({
      structure,
      frame,
      to_frame,
    })),
    rejected: row.rejected,
    notes: new Map(row.notes.map(({ id, frame, text }) => [id, { frame, text }])),
  };
}

/** Whether the structure was judged not to be seen in the frame. */
export function isNotVisible(judgement: Judgement, structure: string, frame: number): boolean {
  return judgement.notVisible.some(
    (one) => one.structure === structure && one.frame <= frame && frame <= one.to_frame,
  );
}

/** The judgement after an operation; the same object when that changes nothing. */
export function judge(judgement: Judgement, operation: JudgementOperation): Judgement {
  switch (operation.op) {
    case "frame.judge": {
      if ((judgement.quality.get(operation.frame) ?? null) === operation.quality) return judgement;
      const quality = new Map(judgement.quality);
      if (operation.quality === null) quality.delete(operation.frame);
      else quality.set(operation.frame, operation.quality);
      return { ...judgement, quality };
    }
    case "structure.judge": {
      const notVisible = judgedSpans(judgement.notVisible, operation);
      return isSame(notVisible, judgement.notVisible) ? judgement : { ...judgement, notVisible };
    }
    case "clip.judge": {
      const rejected = operation.rejected ? { reason: operation.reason } : null;
      return rejected?.reason === judgement.rejected?.reason
        ? judgement
        : { ...judgement, rejected };
    }
    case "note.put": {
      const { note, frame, text } = operation;
      const earlier = judgement.notes.get(note);
      if (earlier?.frame === frame && earlier.text === text) return judgement;
      return { ...judgement, notes: new Map(judgement.notes).set(note, { frame, text }) };
    }
    case "note.delete": {
      if (!judgement.notes.has(operation.note)) return judgement;
      const notes = new Map(judgement.notes);
      notes.delete(operation.note);
      return { ...judgement, notes };
    }
  }
}

/** What undoes a judgement, given what was said before it. */
export function unjudge(judgement: Judgement, operation: JudgementOperation): JudgementOperation[] {
  switch (operation.op) {
    case "frame.judge": {
      const quality = judgement.quality.get(operation.frame) ?? null;
      return quality === operation.quality ? [] : [{ ...operation, quality }];
    }
    case "structure.judge":
      return unjudgeStructure(judgement, operation);
    case "clip.judge": {
      const before = judgement.rejected;
      return [{ op: "clip.judge", rejected: before !== null, reason: before?.reason ?? "" }];
    }
    case "note.put":
    case "note.delete": {
      const earlier = judgement.notes.get(operation.note);
      if (earlier !== undefined) return [{ op: "note.put", note: operation.note, ...earlier }];
      return operation.op === "note.put" ? [{ op: "note.delete", note: operation.note }] : [];
    }
  }
}

function unjudgeStructure(judgement: Judgement, operation: StructureJudge): StructureJudge[] {
  const { structure, frame, to_frame } = operation;
  const before = judgement.notVisible
    .filter((one) => one.structure === structure && one.to_frame >= frame && one.frame <= to_frame)
    .map((one) => ({
      ...operation,
      frame: Math.max(one.frame, frame),
      to_frame: Math.min(one.to_frame, to_frame),
      visible: false as const,
    }));
  return operation.visible === null ? before : [{ ...operation, visible: null }, ...before];
}

function judgedSpans(spans: readonly NotVisible[], judge: StructureJudge): NotVisible[] {
  let { frame: first, to_frame: last } = judge;
  const isAbsent = judge.visible === false;
  const result: NotVisible[] = [];
  for (const span of [...spans].sort(bySpan)) {
    if (span.structure !== judge.structure) {
      result.push(span);
    } else if (isAbsent && span.to_frame >= first - 1 && span.frame <= last + 1) {
      first = Math.min(first, span.frame);
      last = Math.max(last, span.to_frame);
    } else if (isAbsent || span.to_frame < first || span.frame > last) {
      result.push(span);
    } else {
      if (span.frame < first) result.push({ ...span, to_frame: first - 1 });
      if (span.to_frame > last) result.push({ ...span, frame: last + 1 });
    }
  }
  if (isAbsent) result.push({ structure: judge.structure, frame: first, to_frame: last });
  return result.sort(bySpan);
}

function bySpan(a: NotVisible, b: NotVisible): number {
  if (a.structure !== b.structure) return a.structure < b.structure ? -1 : 1;
  return a.frame - b.frame;
}

function isSame(a: readonly NotVisible[], b: readonly NotVisible[]): boolean {
  const known = new Set(b.map(spanKey));
  return a.length === b.length && a.every((one) => known.has(spanKey(one)));
}

const spanKey = (one: NotVisible) => `${one.structure} ${one.frame} ${one.to_frame}`;
