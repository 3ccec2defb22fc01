import type { Operation, ServerRevision } from "./operations";
import type { Batch, Entry, OutboxStorage } from "./outboxStorage";
import { type Obstacle, type SaveState, saveStateOf } from "./saveState";
import { Store } from "./store";

/** What the server said to a batch. */
export type Answer =
  | { readonly kind: "applied"; readonly revision: number }
  | {
      readonly kind: "stale";
      readonly revision: number;
      readonly revisions: readonly ServerRevision[];
    }
  | { readonly kind: "unreachable" }
  | { readonly kind: "login" }
  | { readonly kind: "refused"; readonly reason: string };

export interface OutboxParts {
  readonly set: string;
  readonly owner: string;
  /** Null where this browser has no usable store; work then lives in this page only. */
  readonly storage: OutboxStorage | null;
  send(batch: Batch): Promise<Answer>;
  /** The revision a new batch starts from, and its operations made to fit that revision. */
  fit(operations: readonly Operation[]): { base: number; operations: Operation[] };
  applied(batch: Batch, revision: number): void;
  /** Take in what others saved; afterwards `fit` starts from there. */
  newer(revisions: readonly ServerRevision[], revision: number): Promise<void>;
  readonly idleMs?: number;
  readonly retryMs?: (attempt: number) => number;
}

const backOff = (attempt: number) =>
  Math.min(30_000, 1000 * 2 ** attempt) * (0.75 + Math.random() / 2);

const UNREACHABLE = { kind: "unreachable" } as const;
/** Others cannot be this much faster: something is wrong, so wait a while before the next try. */
const MAX_STALE = 20;

/**
 * Strokes on their way to the server: written to this browser's store first, sent as batches, kept
 * until the server has confirmed them. One batch is under way at a time.
 */
export class Outbox {
  readonly state = new Store<SaveState>({ kind: "saved" });
  /** Whether this browser holds nothing back for a bad moment: no store, or a full one. */
  readonly isUnprotected = new Store(false);
  private entries: Entry[] = [];
  private batches: Batch[] = [];
  private unheld = 0;
  private hasStorage: boolean;
  private obstacle: Obstacle = { kind: "none" };
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private oldest = 0;
  private running: Promise<void> | null = null;
  private isClosed = false;
  private order = 0;
  /** Writes to the store happen one after another, in the order of what they say. */
  private writes: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: OutboxParts) {
    this.hasStorage = parts.storage !== null;
    this.isUnprotected.set(!this.hasStorage);
  }

  /** Take up what was begun earlier; returns its operations in order. */
  async open(isOpen: (owner: string) => Promise<boolean>): Promise<Operation[]> {
    const { storage, set, owner } = this.parts;
    if (storage === null) return [];
    const pending = await storage.adopt(set, owner, isOpen);
    this.entries = pending.entries;
    this.batches = pending.batches;
    this.tell();
    return this.operations();
  }

  /** All operations the server has not confirmed, in order. */
  operations(): Operation[] {
    return [
      ...this.batches.flatMap((batch) => batch.operations),
      ...this.entries.flatMap((entry) => entry.operations),
    ];
  }

  get isEmpty(): boolean {
    return this.entries.length === 0 && this.batches.length === 0;
  }

  /** Keep a stroke. Resolves once it is durable in this browser (or cannot be). */
  async add(operations: readonly Operation[]): Promise<void> {
    this.order = Math.max(this.order + 1, Date.now());
    const { set, owner, storage } = this.parts;
    const id = crypto.randomUUID();
    const entry: Entry = { id, order: this.order, set, owner, operations };
    this.entries.push(entry);
    if (this.oldest === 0) this.oldest = Date.now();
    this.unheld += 1;
    this.tell();
    this.schedule();
    if (storage !== null) await this.write(() => storage.hold(entry));
    this.unheld -= 1;
    this.tell();
  }

  /** Send what waits, now. Resolves when everything is confirmed or something stands in the way. */
  flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.deliver().finally(() => {
      this.running = null;
      this.tell();
      if (!this.isEmpty && this.obstacle.kind === "none") this.schedule();
    });
    return this.running;
  }

  /** Try again after something changed: the network is back, the person logged in, the set opened. */
  resume(): Promise<void> {
    this.attempt = 0;
    this.obstacle = { kind: "none" };
    this.tell();
    return this.flush();
  }

  /** Throw unsaved work away; only on a person's explicit wish. */
  async discard(): Promise<void> {
    this.entries = [];
    this.batches = [];
    this.obstacle = { kind: "none" };
    const { storage, set, owner } = this.parts;
    if (storage !== null) await this.write(() => storage.discard(set, owner));
    this.tell();
  }

  close(): void {
    this.isClosed = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.isClosed) return;
    if (this.obstacle.kind === "login" || this.obstacle.kind === "refused") return;
    if (this.obstacle.kind === "offline" && this.timer !== null) return;
    const idle = this.parts.idleMs ?? 1000;
    // someone who never pauses is saved every few seconds all the same
    const wait = Math.max(0, Math.min(idle, this.oldest + 5 * idle - Date.now()));
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  private async deliver(): Promise<void> {
    for (let stale = 0; !this.isClosed; ) {
      const batch = this.batches[0] ?? this.bind();
      if (batch === null) return;
      const answer = await this.parts.send(batch).catch(() => UNREACHABLE);
      if (this.isClosed && answer.kind !== "applied") return;
      switch (answer.kind) {
        case "applied":
          this.drop(batch);
          this.parts.applied(batch, answer.revision);
          this.clear();
          stale = 0;
          await this.write((storage) => storage.settle(batch));
          break;
        case "stale":
          this.loosen(batch);
          await this.write((storage) => storage.loosen(batch));
          try {
            await this.parts.newer(answer.revisions, answer.revision);
          } catch {
            this.hinder(UNREACHABLE);
            return;
          }
          stale += 1;
          if (stale < MAX_STALE) break;
          this.hinder(UNREACHABLE);
          return;
        default:
          this.hinder(answer);
          return;
      }
    }
  }

  /** A batch of everything loose; null when that comes to nothing. */
  private bind(): Batch | null {
    const entries = this.entries;
    const first = entries[0];
    if (first === undefined) return null;
    const { base, operations } = this.parts.fit(entries.flatMap((entry) => entry.operations));
    const { set, owner } = this.parts;
    const key = crypto.randomUUID();
    const batch: Batch = { key, order: first.order, set, owner, base, operations, entries };
    this.entries = [];
    this.oldest = 0;
    if (operations.length === 0) {
      // drawn and undone before it was ever sent
      void this.write(async (storage) => {
        await storage.bind(batch);
        await storage.settle(batch);
      });
      return null;
    }
    this.batches.push(batch);
    // not awaited: when the page is closing there is no later moment to send. Should this write be
    // lost, the entries are still there and are sent again, and putting a shape twice changes nothing
    void this.write((storage) => storage.bind(batch));
    return batch;
  }

  private drop(batch: Batch): void {
    this.batches = this.batches.filter((one) => one.key !== batch.key);
  }

  private loosen(batch: Batch): void {
    this.drop(batch);
    this.entries = [...batch.entries, ...this.entries];
  }

  private clear(): void {
    this.attempt = 0;
    this.obstacle = { kind: "none" };
    this.tell();
  }

  private hinder(answer: Exclude<Answer, { kind: "applied" | "stale" }>): void {
    if (answer.kind === "refused") this.obstacle = { kind: "refused", reason: answer.reason };
    else if (answer.kind === "login") this.obstacle = { kind: "login" };
    else {
      this.obstacle = { kind: "offline" };
      if (!this.isClosed) {
        const wait = (this.parts.retryMs ?? backOff)(this.attempt++);
        if (this.timer !== null) clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.flush(), wait);
      }
    }
    this.tell();
  }

  private async write(change: (storage: OutboxStorage) => Promise<void>): Promise<void> {
    const { storage } = this.parts;
    if (storage === null) return;
    const written = this.writes.then(() => change(storage));
    this.writes = written.catch(() => undefined);
    try {
      await written;
      this.hasStorage = true;
    } catch {
      this.hasStorage = false;
      this.tell();
    }
  }

  private tell(): void {
    this.isUnprotected.set(!this.hasStorage);
    const strokes = this.batches.reduce((sum, batch) => sum + batch.entries.length, 0);
    this.state.set(
      saveStateOf({
        held: strokes + this.entries.length - this.unheld,
        unheld: this.unheld,
        hasStorage: this.hasStorage,
        obstacle: this.obstacle,
      }),
    );
  }
}
