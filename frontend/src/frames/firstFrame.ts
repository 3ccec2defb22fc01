import { announceSessionExpired } from "../api/client";
import { ChunkError } from "./chunkFile";

export async function answerOf(url: string, signal?: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { signal: signal ?? null, credentials: "same-origin" });
  // over the picture that is there; once logged in again the frames are asked for anew
  if (answer.status === 401) announceSessionExpired();
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for these frames.`);
  return answer;
}

/** One exact frame by itself, as it is stored. */
export async function fetchOne(
  clipId: string,
  index: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await answerOf(`/api/clips/${clipId}/frames/${index}/`, signal);
  const stated = answer.headers.get("X-Frame-Index");
  if (stated !== null && Number(stated) !== index) {
    throw new ChunkError(`The server sent frame ${stated} instead of ${index}.`);
  }
  return new Uint8Array(await answer.arrayBuffer());
}

/** The clip about to be opened and its first frame, on the way before anything else is known. */
let first: { clipId: string; file: Promise<Uint8Array<ArrayBuffer>> } | null = null;

/** Ask for the first frame of a clip that is about to be opened. */
export function expectFirstFrame(clipId: string): void {
  if (first?.clipId === clipId) return;
  const file = fetchOne(clipId, 0);
  first = { clipId, file };
  // what failed is asked for again when it is wanted
  file.catch(() => {
    if (first?.file === file) first = null;
  });
}

/** The first frame of exactly this clip where it was asked for; given once. */
export function takeFirstFrame(clipId: string): Promise<Uint8Array<ArrayBuffer>> | null {
  if (first?.clipId !== clipId) return null;
  const { file } = first;
  first = null;
  return file;
}
