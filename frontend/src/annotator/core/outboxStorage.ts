import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { Operation } from "./operations";

/** A stroke that no request has carried yet. */
export interface Entry {
  readonly id: string;
  readonly order: number;
  readonly set: string;
  /** The open page that will send it. */
  readonly owner: string;
  readonly operations: readonly Operation[];
}

/** A request: once it has been sent it is repeated word for word until it is answered. */
export interface Batch {
  readonly key: string;
  readonly order: number;
  readonly set: string;
  readonly owner: string;
  readonly base: number;
  readonly operations: readonly Operation[];
  readonly entries: readonly Entry[];
}

export interface Pending {
  readonly entries: Entry[];
  readonly batches: Batch[];
}

/** Whether the page that owned some work is still open. */
export type IsOpen = (owner: string) => Promise<boolean>;

export interface OutboxStorage {
  /** What earlier, now closed, pages of this set left behind becomes ours. */
  adopt(set: string, owner: string, isOpen: IsOpen): Promise<Pending>;
  /** Resolves once the entry is durable. */
  hold(entry: Entry): Promise<void>;
  /** One transaction: the batch is there, its entries are no longer loose. */
  bind(batch: Batch): Promise<void>;
  /** The batch is answered. */
  settle(batch: Batch): Promise<void>;
  /** The batch was turned down without effect: its entries are loose again. */
  loosen(batch: Batch): Promise<void>;
  discard(set: string, owner: string): Promise<void>;
}

interface OutboxSchema extends DBSchema {
  entries: { key: string; value: Entry; indexes: { set: string } };
  batches: { key: string; value: Batch; indexes: { set: string } };
}

const byOrder = (a: { order: number }, b: { order: number }) => a.order - b.order;

/** The outbox in IndexedDB, shared by all pages of this browser. */
export class IndexedDbStorage implements OutboxStorage {
  private constructor(private readonly db: IDBPDatabase<OutboxSchema>) {}

  static async open(name = "fascicle-outbox"): Promise<IndexedDbStorage> {
    const db = await openDB<OutboxSchema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("entries", { keyPath: "id" }).createIndex("set", "set");
        fresh.createObjectStore("batches", { keyPath: "key" }).createIndex("set", "set");
      },
    });
    return new IndexedDbStorage(db);
  }

  close(): void {
    this.db.close();
  }

  async adopt(set: string, owner: string, isOpen: IsOpen): Promise<Pending> {
    const owners = new Set<string>();
    for (const store of ["entries", "batches"] as const) {
      for (const row of await this.db.getAllFromIndex(store, "set", set)) owners.add(row.owner);
    }
    const closed = new Set([owner]);
    for (const other of owners) if (!(await isOpen(other))) closed.add(other);

    const work = this.db.transaction(["entries", "batches"], "readwrite", {
      durability: "strict",
    });
    const pending: Pending = { entries: [], batches: [] };
    for (const entry of await work.objectStore("entries").index("set").getAll(set)) {
      if (!closed.has(entry.owner)) continue;
      const own = { ...entry, owner };
      pending.entries.push(own);
      await work.objectStore("entries").put(own);
    }
    for (const batch of await work.objectStore("batches").index("set").getAll(set)) {
      if (!closed.has(batch.owner)) continue;
      const own = { ...batch, owner, entries: batch.entries.map((one) => ({ ...one, owner })) };
      pending.batches.push(own);
      await work.objectStore("batches").put(own);
    }
    await work.done;
    pending.entries.sort(byOrder);
    pending.batches.sort(byOrder);
    return pending;
  }

  async hold(entry: Entry): Promise<void> {
    const work = this.db.transaction("entries", "readwrite", { durability: "strict" });
    const put = work.store.put(entry);
    // committed without waiting for the answer: the page may be closed within this turn
    work.commit();
    await Promise.all([put, work.done]);
  }

  async bind(batch: Batch): Promise<void> {
    await this.change(async (entries, batches) => {
      await batches.put(batch);
      for (const entry of batch.entries) await entries.delete(entry.id);
    });
  }

  async settle(batch: Batch): Promise<void> {
    await this.change(async (_, batches) => {
      await batches.delete(batch.key);
    });
  }

  async loosen(batch: Batch): Promise<void> {
    await this.change(async (entries, batches) => {
      await batches.delete(batch.key);
      for (const entry of batch.entries) await entries.put(entry);
    });
  }

  async discard(set: string, owner: string): Promise<void> {
    const work = this.db.transaction(["entries", "batches"], "readwrite");
    for (const entry of await work.objectStore("entries").index("set").getAll(set)) {
      if (entry.owner === owner) await work.objectStore("entries").delete(entry.id);
    }
    for (const batch of await work.objectStore("batches").index("set").getAll(set)) {
      if (batch.owner === owner) await work.objectStore("batches").delete(batch.key);
    }
    await work.done;
  }

  private async change(
    body: (
      entries: { put(entry: Entry): Promise<unknown>; delete(id: string): Promise<void> },
      batches: { put(batch: Batch): Promise<unknown>; delete(key: string): Promise<void> },
    ) => Promise<void>,
  ): Promise<void> {
    const work = this.db.transaction(["entries", "batches"], "readwrite", {
      durability: "strict",
    });
    await Promise.all([body(work.objectStore("entries"), work.objectStore("batches")), work.done]);
  }
}
