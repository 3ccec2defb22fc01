import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { KeptStroke, StrokeKeeper } from "./history";
import type { IsOpen } from "./outboxStorage";

interface StrokeRow extends KeptStroke {
  readonly set: string;
  readonly owner: string;
}

interface UndoSchema extends DBSchema {
  strokes: { key: string; value: StrokeRow; indexes: { set: string } };
}

/** Where strokes that can be taken back outlive their page. */
export interface UndoStorage {
  /** Strokes of this set by pages that are closed; they become this page's. */
  adopt(set: string, owner: string, isOpen: IsOpen): Promise<KeptStroke[]>;
  keeper(set: string, owner: string): StrokeKeeper;
}

/**
 * Undo in IndexedDB, beside the outbox. A set belongs to one person, so strokes kept by set are
 * never another's. Losing them loses no work, so a failed write is let go.
 */
export class IndexedDbUndo implements UndoStorage {
  private constructor(private readonly db: IDBPDatabase<UndoSchema>) {}

  static async open(name = "fascicle-undo"): Promise<IndexedDbUndo> {
    const db = await openDB<UndoSchema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("strokes", { keyPath: "id" }).createIndex("set", "set");
      },
    });
    return new IndexedDbUndo(db);
  }

  async adopt(set: string, owner: string, isOpen: IsOpen): Promise<KeptStroke[]> {
    const rows = await this.db.getAllFromIndex("strokes", "set", set);
    const owners = new Set(rows.map((row) => row.owner));
    const closed = new Set([owner]);
    for (const other of owners) if (!(await isOpen(other))) closed.add(other);
    const adopted = rows.filter((row) => closed.has(row.owner));
    const work = this.db.transaction("strokes", "readwrite");
    for (const row of adopted) await work.store.put({ ...row, owner });
    await work.done;
    return adopted;
  }

  keeper(set: string, owner: string): StrokeKeeper {
    return {
      put: (stroke) => {
        this.db.put("strokes", { ...stroke, set, owner }).catch(() => undefined);
      },
      remove: (ids) => {
        const work = this.db.transaction("strokes", "readwrite");
        Promise.all([...ids.map((id) => work.store.delete(id)), work.done]).catch(() => undefined);
      },
    };
  }
}
