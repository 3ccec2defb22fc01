/**
 * A chunk: a run of frames in one immutable file, as `annotation/frames/chunk_file.py` writes it.
 *
 * Little-endian: 4 bytes "FCK1", uint32 first_frame, uint32 frame_count,
 * uint32 offsets[frame_count + 1] from the start of the file, then one 8-bit grey PNG a frame.
 */

const MAGIC = 0x314b4346; // "FCK1" read as a little-endian uint32
const HEADER_BYTES = 12;

export class ChunkError extends Error {
  override name = "ChunkError";
}

export interface Chunk {
  readonly firstFrame: number;
  readonly frameCount: number;
  /** The PNG of a frame by its index in the clip (not in the chunk); a view, not a copy. */
  png(frameIndex: number): Uint8Array<ArrayBuffer>;
  readonly byteSize: number;
}

/** Read a chunk. Throws ChunkError when the file is damaged or cut short. */
export function parseChunk(file: ArrayBuffer): Chunk {
  if (file.byteLength < HEADER_BYTES) throw new ChunkError("The chunk is cut short.");
  const view = new DataView(file);
  if (view.getUint32(0, true) !== MAGIC) throw new ChunkError("This is not a chunk of frames.");
  const firstFrame = view.getUint32(4, true);
  const frameCount = view.getUint32(8, true);
  const pictures = HEADER_BYTES + 4 * (frameCount + 1);
  if (frameCount === 0 || pictures > file.byteLength) {
    throw new ChunkError("The chunk is cut short.");
  }
  const offsets = new Uint32Array(frameCount + 1);
  for (let i = 0; i <= frameCount; i++) {
    const offset = view.getUint32(HEADER_BYTES + 4 * i, true);
    const earlier = i === 0 ? pictures : (offsets[i - 1] as number) + 1;
    if (offset < earlier || offset > file.byteLength) {
      throw new ChunkError("The chunk's table of frames is damaged.");
    }
    offsets[i] = offset;
  }
  return {
    firstFrame,
    frameCount,
    byteSize: file.byteLength,
    png(frameIndex) {
      const at = frameIndex - firstFrame;
      const start = offsets[at];
      const stop = offsets[at + 1];
      if (start === undefined || stop === undefined) {
        throw new ChunkError(`Frame ${frameIndex} is not in this chunk.`);
      }
      return new Uint8Array(file, start, stop - start);
    },
  };
}
