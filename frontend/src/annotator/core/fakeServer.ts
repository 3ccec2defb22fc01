import { applyAll, EMPTY_DOCUMENT, type SetDocument, type TrackRow } from "./document";
import type { JudgementRow } from "./judgement";
import { isTrackOperation, type Operation } from "./operations";
import type { Answer } from "./outbox";
import type { Batch } from "./outboxStorage";

/** A server for tests that keeps the rules of `annotation/services/set_save.py`. */
export class FakeServer {
  document: SetDocument = EMPTY_DOCUMENT;
  revision = 0;
  refusal: Answer | null = null;
  readonly revisions: { number: number; ops: readonly Operation[] }[] = [];
  private readonly answers = new Map<string, number>();

  save(batch: Batch): Answer {
    if (this.refusal !== null) return this.refusal;
    const earlier = this.answers.get(batch.key);
    if (earlier !== undefined) return { kind: "applied", revision: earlier };
    if (batch.base !== this.revision) {
      const revisions = this.revisions.filter((one) => one.number > batch.base);
      return { kind: "stale", revision: this.revision, revisions };
    }
    if (!areFitting(this.document, batch.operations)) {
      return { kind: "refused", reason: "A shape belongs to a track that is not in the set." };
    }
    this.revision += 1;
    this.document = applyAll(this.document, batch.operations);
    this.revisions.push({ number: this.revision, ops: batch.operations });
    this.answers.set(batch.key, this.revision);
    return { kind: "applied", revision: this.revision };
  }

  load(): { revision: number; tracks: TrackRow[]; judgement: JudgementRow } {
    const { quality, notVisible, rejected, notes } = this.document.judgement;
    return {
      revision: this.revision,
      tracks: rowsOf(this.document),
      judgement: {
        quality: [...quality].map(([frame, one]) => ({ frame, quality: one })),
        not_visible: notVisible,
        rejected,
        notes: [...notes].map(([id, note]) => ({ id, ...note })),
      },
    };
  }
}

function areFitting(document: SetDocument, operations: readonly Operation[]): boolean {
  const tracks = new Set(document.tracks.keys());
  for (const operation of operations) {
    if (operation.op === "track.add") tracks.add(operation.track);
    else if (operation.op === "track.delete") tracks.delete(operation.track);
    else if (isTrackOperation(operation) && !tracks.has(operation.track)) return false;
  }
  return true;
}

export function rowsOf(document: SetDocument): TrackRow[] {
  return [...document.tracks.values()].map((track) => ({
    id: track.id,
    structure: track.structure,
    keyframes: track.keyframes.map(({ frame_index, shape, source, confidence }) => ({
      frame: frame_index,
      shape,
      source,
      confidence,
    })),
  }));
}
