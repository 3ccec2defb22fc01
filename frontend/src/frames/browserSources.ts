import { DecoderPool, poolSize } from "./decoderPool";
import type { GrayPicture } from "./decoding";
import { answerOf, fetchOne, takeFirstFrame } from "./firstFrame";
import type { FrameSources } from "./frameStore";

/**
 * From this size of chunk on, a frame wanted at once is also asked for by itself: at 10 Mbit/s the
 * chunk would take 0.4 s and more.
 */
const LARGE_CHUNK_BYTES = 512 * 1024;

let pool: DecoderPool | null = null;

/** The threads that decode, shared by all clips of the page. */
export function decoderPool(): DecoderPool {
  pool ??= new DecoderPool(poolSize(navigator.hardwareConcurrency || 2));
  return pool;
}

/** Frames over HTTP, decoded on threads. */
export function browserSources(clipId: string): FrameSources<GrayPicture> {
  return {
    fetchChunk: async (url, signal) => (await answerOf(url, signal)).arrayBuffer(),
    fetchFrame: (index, chunkBytes, signal) => {
      const expected = index === 0 ? takeFirstFrame(clipId) : null;
      if (expected !== null) return expected.catch(() => fetchOne(clipId, 0, signal));
      return chunkBytes < LARGE_CHUNK_BYTES ? null : fetchOne(clipId, index, signal);
    },
    decode: (file, recipe) => decoderPool().decode(file, recipe),
  };
}
