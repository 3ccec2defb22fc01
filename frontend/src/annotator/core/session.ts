import { type Conflict, conflictKey, conflictsOf, resolution } from "./conflicts";
import { difference } from "./difference";
import {
  applyAll,
  documentFromRows,
  fitted,
  invertAll,
  type SetDocument,
  type TrackRow,
} from "./document";
import { History } from "./history";
import type { JudgementRow } from "./judgement";
import type { Operation, ServerRevision } from "./operations";
import { type Answer, Outbox } from "./outbox";
import type { Batch, IsOpen, OutboxStorage } from "./outboxStorage";
import { Store } from "./store";
import type { UndoStorage } from "./undoStorage";

export interface LoadedSet {
  readonly revision: number;
  readonly tracks: readonly TrackRow[];
  readonly judgement?: JudgementRow | null;
}

export interface SessionParts {
  readonly set: string;
  readonly owner: string;
  readonly storage: OutboxStorage | null;
  /** Null where undo does not outlive the page. */
  readonly undo?: UndoStorage | null;
  readonly isPageOpen: IsOpen;
  send(batch: Batch): Promise<Answer>;
  /** Read the set again. */
  reload(): Promise<LoadedSet>;
  readonly idleMs?: number;
  readonly retryMs?: (attempt: number) => number;
}

export interface SessionState {
  readonly document: SetDocument;
  /** The last revision this page has seen. */
  readonly revision: number;
  readonly undoLabel: string | null;
  readonly redoLabel: string | null;
  /** What happened to the work that the person should know, newest last. */
  readonly notices: readonly string[];
  /** Frames that were changed here and elsewhere; the version drawn here is in the set. */
  readonly conflicts: readonly Conflict[];
}

/**
 * One open set: what the server has, what waits on top of it, and how to take strokes back.
 *
 * The document shown is always the server's with the waiting operations applied last.
 */
export class AnnotationSession {
  readonly state: Store<SessionState>;
  readonly outbox: Outbox;
  /** Which further panel of the page is open. */
  readonly panel = new Store<"none" | "history" | "merge">("none");
  private readonly history = new History();
  private readonly structures = new Map<string, string>();
  private confirmed: SetDocument;
  private revision: number;

  private constructor(
    private readonly parts: SessionParts,
    loaded: LoadedSet,
  ) {
    this.confirmed = documentFromRows(loaded.tracks, loaded.judgement);
    this.revision = loaded.revision;
    this.state = new Store<SessionState>({
      document: this.confirmed,
      revision: this.revision,
      undoLabel: null,
      redoLabel: null,
      notices: [],
      conflicts: [],
    });
    this.remember(this.confirmed);
    this.outbox = new Outbox({
      set: parts.set,
      owner: parts.owner,
      storage: parts.storage,
      send: (batch) => parts.send(batch),
      fit: (operations) => ({
        base: this.revision,
        operations: fitted(this.confirmed, operations, this.structures),
      }),
      applied: (batch, revision) => this.applied(batch, revision),
      newer: (revisions, revision) => this.newer(revisions, revision),
      ...(parts.idleMs === undefined ? {} : { idleMs: parts.idleMs }),
      ...(parts.retryMs === undefined ? {} : { retryMs: parts.retryMs }),
    });
  }

  /** Open a set that was read from the server, with what this browser still holds for it. */
  static async open(parts: SessionParts, loaded: LoadedSet): Promise<AnnotationSession> {
    const session = new AnnotationSession(parts, loaded);
    const waiting = await session.outbox.open(parts.isPageOpen).catch(() => []);
    session.rememberTracks(waiting);
    await session.takeUpUndo().catch(() => undefined);
    session.show();
    if (waiting.length > 0) void session.outbox.flush();
    return session;
  }

  get document(): SetDocument {
    return this.state.snapshot().document;
  }

  /** Do one stroke: shown at once, undoable as a whole. False when it changes nothing. */
  perform(label: string, operations: readonly Operation[]): boolean {
    const before = this.document;
    this.rememberTracks(operations);
    const effective = fitted(before, operations, this.structures);
    if (effective.length === 0) return false;
    this.history.record({
      label,
      operations: effective,
      inverse: invertAll(before, effective),
    });
    this.submit(effective);
    return true;
  }

  undo(): void {
    const stroke = this.history.undo();
    if (stroke !== null) this.submit(fitted(this.document, stroke.inverse, this.structures));
  }

  redo(): void {
    const stroke = this.history.redo();
    if (stroke !== null) this.submit(fitted(this.document, stroke.operations, this.structures));
  }

  /** Make the set what an earlier document says: one stroke, which can be undone. */
  restore(label: string, wanted: SetDocument): boolean {
    this.remember(wanted);
    return this.perform(label, difference(this.document, wanted));
  }

  /** Settle a conflict by the version of one side; the other stays in the history. */
  choose(side: "mine" | "theirs", conflicts: readonly Conflict[]): void {
    const operations = conflicts.flatMap((one) => resolution(this.document, one[side], one));
    const chosen = new Set(conflicts.map(conflictKey));
    this.perform(side === "mine" ? "Keep my version" : "Take the other version", operations);
    const left = this.state.snapshot().conflicts.filter((one) => !chosen.has(conflictKey(one)));
    this.change({ conflicts: left });
    if (left.length === 0) this.panel.set("none");
  }

  private async takeUpUndo(): Promise<void> {
    const { undo, set, owner, isPageOpen } = this.parts;
    if (!undo) return;
    const kept = await undo.adopt(set, owner, isPageOpen);
    this.rememberTracks(kept.flatMap((one) => [...one.operations, ...one.inverse]));
    this.history.takeUp(kept, undo.keeper(set, owner));
  }

  /** Throw unsaved work away and show what the server has. */
  async discard(): Promise<void> {
    await this.outbox.discard();
    this.show();
  }

  dismissNotices(): void {
    this.state.update((state) => ({ ...state, notices: [] }));
  }

  close(): void {
    this.outbox.close();
  }

  private submit(operations: readonly Operation[]): void {
    this.change({ document: applyAll(this.document, operations) });
    if (operations.length > 0) void this.outbox.add(operations);
  }

  private applied(batch: Batch, revision: number): void {
    // after a reload the server's set may already contain a batch whose answer was lost
    if (revision > this.revision) {
      this.confirmed = applyAll(this.confirmed, batch.operations);
      this.revision = revision;
      this.change({});
    }
  }

  private async newer(revisions: readonly ServerRevision[], revision: number): Promise<void> {
    const unseen = revisions
      .filter((one) => one.number > this.revision)
      .sort((a, b) => a.number - b.number);
    const isWhole =
      unseen.length === revision - this.revision &&
      unseen.every((one, i) => one.number === this.revision + 1 + i);
    const base = this.confirmed;
    const mine = this.document;
    if (isWhole) {
      this.confirmed = applyAll(
        this.confirmed,
        unseen.flatMap((one) => one.ops),
      );
      this.revision = revision;
    } else {
      const loaded = await this.parts.reload();
      this.confirmed = documentFromRows(loaded.tracks, loaded.judgement);
      this.revision = loaded.revision;
    }
    this.remember(this.confirmed);
    const found = conflictsOf(base, this.confirmed, mine, this.outbox.operations());
    const keys = new Set(found.map(conflictKey));
    const earlier = this.state.snapshot().conflicts.filter((one) => !keys.has(conflictKey(one)));
    this.show(found.length > 0 ? [] : ["Work from another window was merged in."], [
      ...earlier,
      ...found,
    ]);
  }

  private show(
    notices: readonly string[] = [],
    conflicts: readonly Conflict[] = this.state.snapshot().conflicts,
  ): void {
    const waiting = fitted(this.confirmed, this.outbox.operations(), this.structures);
    this.change({
      document: applyAll(this.confirmed, waiting),
      notices: [...new Set([...this.state.snapshot().notices, ...notices])],
      conflicts,
    });
  }

  private change(part: Partial<SessionState>): void {
    this.state.update((state) => ({
      ...state,
      revision: this.revision,
      undoLabel: this.history.undoLabel,
      redoLabel: this.history.redoLabel,
      ...part,
    }));
  }

  private remember(document: SetDocument): void {
    for (const track of document.tracks.values()) this.structures.set(track.id, track.structure);
  }

  private rememberTracks(operations: readonly Operation[]): void {
    for (const one of operations) {
      if (one.op === "track.add") this.structures.set(one.track, one.structure);
    }
  }
}
