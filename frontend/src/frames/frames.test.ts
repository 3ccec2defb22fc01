import { describe, expect, it } from "vitest";
import { ByteCache } from "./byteCache";
import { ChunkError, parseChunk } from "./chunkFile";
import { FrameStore } from "./frameStore";
import { Player } from "./player";

/** A chunk whose "PNG" of frame i is the single byte i. */
function chunkOf(firstFrame: number, frameCount: number): ArrayBuffer {
  const header = 12 + 4 * (frameCount + 1);
  const file = new ArrayBuffer(header + frameCount);
  const view = new DataView(file);
  for (const [i, letter] of [..."FCK1"].entries()) view.setUint8(i, letter.charCodeAt(0));
  view.setUint32(4, firstFrame, true);
  view.setUint32(8, frameCount, true);
  for (let i = 0; i <= frameCount; i++) view.setUint32(12 + 4 * i, header + i, true);
  for (let i = 0; i < frameCount; i++) view.setUint8(header + i, firstFrame + i);
  return file;
}

class Bitmap {
  readonly width = 2;
  readonly height = 2;
  constructor(readonly content: number) {}
}

const CHUNKS = [0, 1, 2, 3].map((number) => ({
  number,
  first_frame: 10 * number,
  frame_count: 10,
  url: String(number),
}));

function storeWith(options: { pictureBytes?: number; ahead?: number; gate?: Promise<void> } = {}) {
  const fetched: string[] = [];
  const aborted: string[] = [];
  const store = new FrameStore<Bitmap>(
    CHUNKS,
    {
      fetchChunk: async (url, signal) => {
        fetched.push(url);
        signal.addEventListener("abort", () => aborted.push(url));
        await options.gate;
        signal.throwIfAborted();
        return chunkOf(10 * Number(url), 10);
      },
      decode: async (png) => new Bitmap(png[0] ?? -1),
    },
    { ahead: 0, ...options },
  );
  return { store, fetched, aborted };
}

describe("a chunk file", () => {
  it("gives each frame's own bytes by the clip's index", () => {
    const chunk = parseChunk(chunkOf(30, 4));
    expect(chunk.firstFrame).toBe(30);
    expect([30, 31, 32, 33].map((index) => chunk.png(index)[0])).toEqual([30, 31, 32, 33]);
    expect(() => chunk.png(34)).toThrow(ChunkError);
    expect(() => chunk.png(29)).toThrow(ChunkError);
  });

  it("is refused when any part of it is missing or foreign", () => {
    const whole = chunkOf(0, 3);
    for (let length = 0; length < whole.byteLength; length++) {
      expect(() => parseChunk(whole.slice(0, length))).toThrow(ChunkError);
    }
    const foreign = whole.slice(0);
    new DataView(foreign).setUint8(0, 0);
    expect(() => parseChunk(foreign)).toThrow(ChunkError);
  });
});

describe("the cache", () => {
  it("stays within its bytes, forgets what was used longest ago and lets it go", () => {
    const released: string[] = [];
    const cache = new ByteCache<string>(10, (value) => released.push(value));
    cache.set(1, "a", 4);
    cache.set(2, "b", 4);
    cache.get(1);
    cache.set(3, "c", 4);
    expect(released).toEqual(["b"]);
    expect(cache.byteSize).toBe(8);
    cache.set(4, "huge", 99);
    expect(cache.get(4)).toBe("huge");
    expect(cache.byteSize).toBe(99);
  });
});

describe("the frame store", () => {
  it("gives every frame under its own index only", async () => {
    const { store, fetched } = storeWith();
    const order = [25, 3, 39, 0, 25, 14];
    const frames = await Promise.all(order.map((index) => store.request(index)));
    expect(frames.map((frame) => [frame.index, frame.picture.content])).toEqual(
      order.map((index) => [index, index]),
    );
    expect(fetched.sort()).toEqual(["0", "1", "2", "3"]);
    expect(store.peek(3)?.picture.content).toBe(3);
    expect(store.peek(4)).toBeUndefined();
  });

  it("cancels a chunk it has jumped away from, and loads it anew when asked again", async () => {
    let letThrough: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    const { store, fetched, aborted } = storeWith({ gate });
    store.seek(5);
    store.seek(35);
    store.seek(6);
    expect(aborted).toEqual(["0", "3"]);
    letThrough();
    expect((await store.request(6)).picture.content).toBe(6);
    expect(fetched).toEqual(["0", "3", "0"]);
  });

  it("decodes ahead in the direction of travel", async () => {
    const { store } = storeWith({ ahead: 3 });
    store.seek(12, -1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([8, 9, 10, 11, 12, 13, 14].map((i) => store.peek(i)?.index)).toEqual([
      undefined,
      9,
      10,
      11,
      12,
      13,
      undefined,
    ]);
  });

  it("keeps no more pictures than its bytes allow, those near the playhead first", async () => {
    const { store } = storeWith({ pictureBytes: 12 });
    store.seek(20);
    for (const index of [3, 20, 21, 22]) await store.request(index);
    expect([3, 20, 21, 22].map((i) => store.peek(i)?.index)).toEqual([undefined, 20, 21, 22]);
  });

  it("asks again for the wanted frame when the server was away for a moment", async () => {
    let isAway = true;
    const store = new FrameStore<Bitmap>(
      CHUNKS,
      {
        fetchChunk: async () => {
          if (isAway) throw new TypeError("Failed to fetch");
          return chunkOf(0, 10);
        },
        decode: async (png) => new Bitmap(png[0] ?? -1),
      },
      { ahead: 0, retryMs: 1 },
    );
    store.seek(4);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(store.failure(4)).toBeDefined();
    isAway = false;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.peek(4)?.picture.content).toBe(4);
    expect(store.failure(4)).toBeUndefined();
    store.close();
  });

  it("says which frame could not be read", async () => {
    const { store } = storeWith();
    store.seek(99);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(store.failure(99)).toContain("99");
  });
});

describe("the player", () => {
  function playerOf(times: number[], isReady: (index: number) => boolean = () => true) {
    let now = 0;
    let pending: (() => void) | null = null;
    const player = new Player({
      times,
      isReady,
      seek: () => undefined,
      clock: {
        now: () => now,
        request: (callback) => {
          pending = callback;
          return 1;
        },
        cancel: () => {
          pending = null;
        },
      },
    });
    const pass = (milliseconds: number) => {
      now += milliseconds;
      const run = pending;
      pending = null;
      run?.();
      return player.snapshot().index;
    };
    return { player, pass };
  }

  it("keeps the clip's own, uneven times and leaves frames out on a slow screen", () => {
    const { player, pass } = playerOf([0, 0.1, 0.15, 0.6, 0.7]);
    player.play();
    expect(pass(99)).toBe(0);
    expect(pass(2)).toBe(1);
    expect(pass(60)).toBe(2);
    expect(pass(300)).toBe(2);
    expect(pass(250)).toBe(4);
  });

  it("starts again at the end when looping and stops there when not", () => {
    const looping = playerOf([0, 0.1, 0.2]);
    looping.player.play();
    expect(looping.pass(320)).toBe(0);
    const once = playerOf([0, 0.1, 0.2]);
    once.player.loop(false);
    once.player.play();
    expect(once.pass(320)).toBe(2);
    expect(once.player.snapshot().isPlaying).toBe(false);
  });

  it("keeps the earlier frame, and its clock, while the next one is missing", () => {
    const here = new Set([0]);
    const { player, pass } = playerOf([0, 0.1, 0.2, 0.3], (index) => here.has(index));
    player.play();
    expect(pass(110)).toBe(0);
    expect(pass(500)).toBe(0);
    expect(player.snapshot().isWaiting).toBe(true);
    here.add(1).add(2);
    expect(pass(50)).toBe(1);
    expect(player.snapshot().isWaiting).toBe(false);
    expect(pass(60)).toBe(1);
    expect(pass(40)).toBe(2);
  });

  it("does not play a clip of one frame, and never leaves the clip", () => {
    const { player } = playerOf([0]);
    player.play();
    expect(player.snapshot().isPlaying).toBe(false);
    player.step(5);
    expect(player.snapshot().index).toBe(0);
  });
});
