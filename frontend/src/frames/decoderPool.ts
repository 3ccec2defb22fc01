import { ChunkError } from "./chunkFile";
import { decodedPicture, type GrayPicture } from "./decoding";
import type { FilterRecipe } from "./filters/recipe";

export interface DecodeQuestion {
  readonly id: number;
  readonly file: Uint8Array<ArrayBuffer>;
  readonly recipe: FilterRecipe;
}

export type DecodeAnswer =
  | { readonly id: number; readonly picture: GrayPicture }
  | { readonly id: number; readonly reason: string; readonly isDamaged: boolean };

/** A thread that decodes; `Worker` in a browser. */
export interface DecodeThread {
  postMessage(question: DecodeQuestion, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<DecodeAnswer>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

interface Task {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly recipe: FilterRecipe;
  readonly done: (picture: GrayPicture) => void;
  readonly failed: (error: Error) => void;
}

interface Member {
  readonly thread: DecodeThread;
  readonly tasks: Map<number, Task>;
}

const startThread = (): DecodeThread =>
  new Worker(new URL("./decodeWorker.ts", import.meta.url), {
    type: "module",
    name: "frame decoder",
  }) as unknown as DecodeThread;

/** One core is left to the page; more than four do not help a player. */
export const poolSize = (cores: number): number => Math.max(2, Math.min(4, cores - 1));

/**
 * Decodes frames on a few threads, each task on the one with the least to do. Where no thread can be
 * started, or one has died, the page decodes by itself.
 */
export class DecoderPool {
  private readonly members: Member[] = [];
  private nextId = 0;
  private canStart = true;

  constructor(
    readonly size: number,
    private readonly start: () => DecodeThread = startThread,
  ) {}

  decode(file: Uint8Array<ArrayBuffer>, recipe: FilterRecipe): Promise<GrayPicture> {
    const member = this.idlest();
    if (member === null) return decodedPicture(file, recipe);
    return new Promise((done, failed) => {
      const id = this.nextId++;
      // the chunk stays here whole; what is sent is a copy of one frame
      const copy = file.slice();
      member.tasks.set(id, { file, recipe, done, failed });
      member.thread.postMessage({ id, file: copy, recipe }, [copy.buffer]);
    });
  }

  /** Start the threads now, so that the first frame need not wait for one. */
  warm(): void {
    while (this.members.length < this.size && this.add() !== null);
  }

  close(): void {
    for (const member of this.members) {
      member.thread.terminate();
      for (const task of member.tasks.values()) {
        task.failed(new DOMException("The clip was closed.", "AbortError"));
      }
    }
    this.members.length = 0;
  }

  private idlest(): Member | null {
    let best: Member | null = null;
    for (const member of this.members) {
      if (best === null || member.tasks.size < best.tasks.size) best = member;
    }
    const isBusy = best === null || best.tasks.size > 0;
    if (isBusy && this.members.length < this.size) return this.add() ?? best;
    return best;
  }

  private add(): Member | null {
    if (!this.canStart) return null;
    try {
      const member: Member = { thread: this.start(), tasks: new Map() };
      member.thread.onmessage = ({ data }) => settle(member, data);
      member.thread.onerror = () => this.lost(member);
      this.members.push(member);
      return member;
    } catch {
      this.canStart = false;
      return null;
    }
  }

  /** The page takes over what a dead thread had; no further threads are tried. */
  private lost(member: Member): void {
    const at = this.members.indexOf(member);
    if (at >= 0) this.members.splice(at, 1);
    member.thread.terminate();
    this.canStart = false;
    for (const { file, recipe, done, failed } of member.tasks.values()) {
      decodedPicture(file, recipe).then(done, failed);
    }
    member.tasks.clear();
  }
}

function settle(member: Member, answer: DecodeAnswer): void {
  const task = member.tasks.get(answer.id);
  member.tasks.delete(answer.id);
  if (task === undefined) return;
  if ("picture" in answer) task.done(answer.picture);
  else if (answer.isDamaged) task.failed(new ChunkError(answer.reason));
  else task.failed(new Error(answer.reason));
}
