import { describe, expect, it } from "vitest";
import { PLAIN, recipeKey } from "./filters/recipe";
import { FrameStore } from "./frameStore";
import { random } from "./random.fixture";

const COUNT = 90;
const PER_CHUNK = 10;

function chunkOf(firstFrame: number): ArrayBuffer {
  const header = 12 + 4 * (PER_CHUNK + 1);
  const view = new DataView(new ArrayBuffer(header + PER_CHUNK));
  for (const [i, letter] of [..."FCK1"].entries()) view.setUint8(i, letter.charCodeAt(0));
  view.setUint32(4, firstFrame, true);
  view.setUint32(8, PER_CHUNK, true);
  for (let i = 0; i <= PER_CHUNK; i++) view.setUint32(12 + 4 * i, header + i, true);
  for (let i = 0; i < PER_CHUNK; i++) view.setUint8(header + i, firstFrame + i);
  return view.buffer;
}

const CHUNKS = Array.from({ length: COUNT / PER_CHUNK }, (_, number) => ({
  number,
  first_frame: number * PER_CHUNK,
  frame_count: PER_CHUNK,
  url: String(number),
  byte_size: 66,
}));

interface Shown {
  readonly width: number;
  readonly height: number;
  readonly content: number;
  readonly filters: string;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A network and decoders that are late, out of order and sometimes fail. */
function unreliable(seed: number) {
  const next = random(seed);
  let isCalm = false;
  const trouble = async (share: number) => {
    await pause(next() * 4);
    if (!isCalm && next() < share) throw new TypeError("Failed to fetch");
  };
  return {
    next,
    calm: () => {
      isCalm = true;
    },
    sources: {
      fetchChunk: async (url: string, signal: AbortSignal) => {
        await trouble(0.2);
        signal.throwIfAborted();
        return chunkOf(PER_CHUNK * Number(url));
      },
      fetchFrame: (index: number, _bytes: number, signal: AbortSignal) => {
        if (next() < 0.5) return null;
        return trouble(0.3).then(() => {
          signal.throwIfAborted();
          return Uint8Array.of(index);
        });
      },
      decode: async (file: Uint8Array, recipe: typeof PLAIN): Promise<Shown> => {
        await trouble(0.05);
        return { width: 2, height: 2, content: file[0] ?? -1, filters: recipeKey(recipe) };
      },
    },
  };
}

describe("travelling through a clip over a bad network", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "never gives a picture under another index (seed %i)",
    async (seed) => {
      const { next, calm, sources } = unreliable(seed);
      const store = new FrameStore<Shown>(CHUNKS, sources, {
        pictureBytes: 4 * (8 + Math.floor(next() * 60)),
        chunkBytes: 66 * (1 + Math.floor(next() * 9)),
        retryMs: 2,
      });
      const wrong: string[] = [];
      const look = (index: number) => {
        const frame = store.peek(index);
        if (frame && (frame.index !== index || frame.picture.content !== index)) {
          wrong.push(`${frame.index} and ${frame.picture.content} under ${index}`);
        }
        const near = store.nearest(index, 5);
        if (near && near.picture.content !== near.index) wrong.push(`near ${near.index}`);
      };
      store.subscribe(look);
      let recipe = PLAIN;
      let index = 0;
      for (let turn = 0; turn < 60; turn++) {
        const act = next();
        const before = index;
        if (act < 0.5) index = Math.min(COUNT - 1, index + 1);
        else if (act < 0.7) index = Math.max(0, index - 3);
        else if (act < 0.95) index = Math.floor(next() * COUNT);
        else {
          recipe = { ...PLAIN, denoise: recipe.denoise === "none" ? "median3" : "none" };
          store.setRecipe(recipe);
        }
        store.seek(index, index < before ? -1 : 1);
        if (next() < 0.2) store.request(Math.floor(next() * COUNT)).catch(() => undefined);
        if (next() < 0.6) await pause(next() * 6);
        for (let i = 0; i < COUNT; i++) look(i);
      }
      calm();
      // whatever happened before, the wanted frame comes once the network is back
      for (
        let wait = 0;
        wait < 200 && !(store.peek(index)?.picture.filters === recipeKey(recipe));
        wait++
      ) {
        await pause(5);
      }
      expect(store.peek(index)?.picture).toMatchObject({
        content: index,
        filters: recipeKey(recipe),
      });
      expect(wrong).toEqual([]);
      store.close();
    },
  );

  it("brings the whole clip here when it fits, and then needs the network no more", async () => {
    const fetched: string[] = [];
    const store = new FrameStore<Shown>(CHUNKS, {
      fetchChunk: async (url) => {
        fetched.push(url);
        return chunkOf(PER_CHUNK * Number(url));
      },
      decode: async (file) => ({ width: 2, height: 2, content: file[0] ?? -1, filters: "" }),
    });
    store.seek(40);
    for (let wait = 0; wait < 100 && store.buffered().decoded < COUNT; wait++) await pause(2);
    expect(store.buffered()).toEqual({ decoded: COUNT, here: COUNT });
    for (let i = 0; i < COUNT; i++) expect(store.peek(i)?.picture.content).toBe(i);
    expect(fetched.sort()).toEqual(CHUNKS.map((chunk) => chunk.url));
    store.close();
  });

  it("shows a wanted frame that came by itself before its chunk", async () => {
    const store = new FrameStore<Shown>(CHUNKS, {
      fetchChunk: () => new Promise(() => undefined),
      fetchFrame: async (index) => Uint8Array.of(index),
      decode: async (file) => ({ width: 2, height: 2, content: file[0] ?? -1, filters: "" }),
    } as ConstructorParameters<typeof FrameStore<Shown>>[1]);
    store.seek(57);
    await pause(5);
    expect(store.peek(57)?.picture.content).toBe(57);
    store.close();
  });

  it("keeps the shown picture of the same frame until the filtered one is there", async () => {
    let letThrough: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      letThrough = resolve;
    });
    const store = new FrameStore<Shown>(
      CHUNKS,
      {
        fetchChunk: async (url) => chunkOf(PER_CHUNK * Number(url)),
        decode: async (file, recipe) => {
          const filters = recipeKey(recipe);
          if (filters !== "") await gate;
          return { width: 2, height: 2, content: file[0] ?? -1, filters };
        },
      },
      { ahead: 2 },
    );
    store.seek(5);
    await pause(10);
    store.setRecipe({ ...PLAIN, contrast: "equalise" });
    expect(store.peek(5)?.picture).toMatchObject({ content: 5, filters: "" });
    expect(store.peek(6)).toBeUndefined();
    letThrough();
    await pause(10);
    expect(store.peek(5)?.picture).toMatchObject({ content: 5, filters: "equalise" });
    expect(store.peek(6)?.picture.filters).toBe("equalise");
    store.close();
  });
});
