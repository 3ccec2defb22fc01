import { ChunkError } from "./chunkFile";
import { DecoderPool, poolSize } from "./decoderPool";
import type { GrayPicture } from "./decoding";
import type { FrameSources } from "./frameStore";

async function answerOf(url: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { signal: signal ?? null, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for these frames.`);
  return answer;
}

const frameUrl = (clipId: string, index: number) => `/api/clips/${clipId}/frames/${index}/`;

async function fetchOne(clipId: string, index: number, signal?: AbortSignal) {
  const answer = await answerOf(frameUrl(clipId, index), signal);
  const stated = answer.headers.get("X-Frame-Index");
  if (stated !== null && Number(stated) !== index) {
    throw new ChunkError(`The server sent frame ${stated} instead of ${index}.`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

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

/** The clip about to be opened and its first frame, on the way before anything else is known. */
let first: { clipId: string; file: Promise<Uint8Array<ArrayBuffer>> } | null = null;

/** Ask for the first frame of a clip that is about to be opened, and start the decoders. */
export function expectClip(clipId: string): void {
  decoderPool().warm();
  if (first?.clipId === clipId) return;
  const file = fetchOne(clipId, 0);
  file.catch(() => undefined);
  first = { clipId, file };
}

/** Frames over HTTP, decoded on threads. */
export function browserSources(clipId: string): FrameSources<GrayPicture> {
  return {
    fetchChunk: async (url, signal) => (await answerOf(url, signal)).arrayBuffer(),
    fetchFrame: (index, chunkBytes, signal) => {
      if (index === 0 && first?.clipId === clipId) {
        const { file } = first;
        first = null;
        return file.catch(() => fetchOne(clipId, 0, signal));
      }
      return chunkBytes < LARGE_CHUNK_BYTES ? null : fetchOne(clipId, index, signal);
    },
    decode: (file, recipe) => decoderPool().decode(file, recipe),
  };
}
