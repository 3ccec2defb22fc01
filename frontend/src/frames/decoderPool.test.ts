import { describe, expect, it } from "vitest";
import { ChunkError } from "./chunkFile";
import {
  type DecodeAnswer,
  type DecodeQuestion,
  DecoderPool,
  type DecodeThread,
} from "./decoderPool";
import { PLAIN } from "./filters/recipe";

class Thread implements DecodeThread {
  onmessage: ((event: MessageEvent<DecodeAnswer>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: DecodeQuestion[] = [];
  isOver = false;

  postMessage(question: DecodeQuestion): void {
    this.asked.push(question);
  }
  terminate(): void {
    this.isOver = true;
  }
  answer(at: number, answer: Partial<DecodeAnswer> = {}): void {
    const { id, file } = this.asked[at] as DecodeQuestion;
    const picture = { width: 1, height: 1, gray: file, filters: "" };
    const data = Object.keys(answer).length > 0 ? { id, ...answer } : { id, picture };
    this.onmessage?.({ data } as MessageEvent<DecodeAnswer>);
  }
}

function poolOf(size: number) {
  const threads: Thread[] = [];
  const pool = new DecoderPool(size, () => {
    const thread = new Thread();
    threads.push(thread);
    return thread;
  });
  return { pool, threads };
}

describe("the decoders", () => {
  it("share the work and each answer goes to who asked, in whatever order", async () => {
    const { pool, threads } = poolOf(2);
    const asked = [1, 2, 3, 4].map((n) => pool.decode(Uint8Array.of(n), PLAIN));
    expect(threads.map((thread) => thread.asked.length)).toEqual([2, 2]);
    for (const thread of threads) {
      thread.answer(1);
      thread.answer(0);
    }
    expect((await Promise.all(asked)).map((picture) => picture.gray[0])).toEqual([1, 2, 3, 4]);
  });

  it("tell a damaged picture from other trouble", async () => {
    const { pool, threads } = poolOf(1);
    const damaged = pool.decode(Uint8Array.of(1), PLAIN);
    threads[0]?.answer(0, { reason: "A picture of the clip is damaged.", isDamaged: true });
    await expect(damaged).rejects.toThrow(ChunkError);
  });

  it("leave the work to the page when a thread dies or none can be started", async () => {
    const { pool, threads } = poolOf(2);
    const lost = pool.decode(Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), PLAIN);
    threads[0]?.onerror?.({} as ErrorEvent);
    await expect(lost).rejects.toThrow("cut short");
    expect(threads[0]?.isOver).toBe(true);
    const none = new DecoderPool(2, () => {
      throw new Error("no threads here");
    });
    await expect(
      none.decode(Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10), PLAIN),
    ).rejects.toThrow("cut short");
  });

  it("give up what is open when the pool is closed", async () => {
    const { pool } = poolOf(1);
    const open = pool.decode(Uint8Array.of(1), PLAIN);
    pool.close();
    await expect(open).rejects.toThrow("closed");
  });
});
