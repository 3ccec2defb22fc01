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

describe("a clip whose chunks are not known yet", () => {
  function unopened() {
    const alone: number[] = [];
    const fetched: string[] = [];
    const store = new FrameStore<Bitmap>([], {
      fetchChunk: async (url) => {
        fetched.push(url);
        return chunkOf(10 * Number(url), 10);
      },
      fetchFrame: async (index) => {
        alone.push(index);
        return new Uint8Array([index]);
      },
      decode: async (png) => new Bitmap(png[0] ?? -1),
    });
    return { store, alone, fetched };
  }

  it("shows the wanted frames, each fetched by itself under its own index", async () => {
    const { store, alone } = unopened();
    for (const index of [0, 17, 3]) {
      store.seek(index);
      const frame = await store.request(index);
      expect([frame.index, frame.picture.content]).toEqual([index, index]);
    }
    expect(alone).toEqual([0, 17, 3]);
    store.close();
  });

  it("keeps what is here and brings the rest from the chunks once they are named", async () => {
    const { store, fetched } = unopened();
    store.seek(12);
    const first = await store.request(12);
    store.open(CHUNKS);
    expect(store.peek(12)).toBe(first);
    expect(store.frameCount).toBe(40);
    await expect.poll(() => store.buffered()).toEqual({ decoded: 40, here: 40 });
    expect(new Set(fetched).size).toBe(fetched.length);
    for (let index = 0; index < 40; index++) {
      expect(store.peek(index)?.picture.content).toBe(index);
    }
    store.close();
  });

  it("is not played before its times are known", () => {
    const wanted: number[] = [];
    const player = new Player({
      times: null,
      frameCount: 40,
      isReady: () => true,
      seek: (index) => wanted.push(index),
    });
    player.play();
    expect(player.snapshot().isPlaying).toBe(false);
    player.go(50);
    expect(wanted).toEqual([39]);
    player.setTimes(Array.from({ length: 40 }, (_, index) => index / 10));
    player.play(-1);
    expect(player.snapshot().isPlaying).toBe(true);
    expect(player.time(39)).toBe(3.9);
    player.close();
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

  it("plays only a part, in either direction, and comes into it from outside", () => {
    const { player, pass } = playerOf([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    player.setRange({ first: 3, last: 1 });
    expect(player.snapshot().range).toEqual({ first: 1, last: 3 });
    player.go(5);
    player.play();
    expect(player.snapshot().index).toBe(1);
    expect([pass(110), pass(100), pass(100)]).toEqual([2, 3, 1]);
    player.play(-1);
    expect([pass(50), pass(100)]).toEqual([3, 2]);
    player.loop(false);
    player.play();
    pass(1000);
    expect(player.snapshot()).toMatchObject({ index: 3, isPlaying: false });
  });

  it("begins and ends the part at the frame shown; the whole clip is no part", () => {
    const { player } = playerOf([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    const range = () => player.snapshot().range;
    player.go(2);
    player.markIn();
    expect(range()).toEqual({ first: 2, last: 5 });
    player.go(4);
    player.markOut();
    expect(range()).toEqual({ first: 2, last: 4 });
    player.go(1);
    player.markOut();
    expect(range()).toEqual({ first: 0, last: 1 });
    player.setRange({ first: -7, last: 99 });
    expect(range()).toBeNull();
    player.setRange({ first: 3, last: 3 });
    expect(range()).toBeNull();
  });

  it("goes faster by shuttle and turns round at the chosen speed", () => {
    const { player } = playerOf(Array.from({ length: 100 }, (_, index) => index / 10));
    const rate = () => player.snapshot().rate;
    player.go(50);
    player.setSpeed(0.5);
    player.shuttle(1);
    expect(rate()).toBe(0.5);
    player.shuttle(1);
    expect(rate()).toBe(1);
    for (let press = 0; press < 6; press++) player.shuttle(1);
    expect(rate()).toBe(8);
    player.shuttle(-1);
    expect(rate()).toBe(-0.5);
    player.setSpeed(2);
    expect(rate()).toBe(-2);
    player.pause();
    player.toggle();
    expect(rate()).toBe(2);
  });

  it("plays at the chosen speed by the clip's own times", () => {
    const { player, pass } = playerOf([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    player.setSpeed(0.25);
    player.toggle();
    expect(pass(390)).toBe(0);
    expect(pass(20)).toBe(1);
    player.setSpeed(2);
    expect(pass(55)).toBe(2);
  });
});
