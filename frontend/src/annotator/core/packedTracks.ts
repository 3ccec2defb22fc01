import type { TrackRow } from "./document";

/** A track as `/api/annotation-sets/{id}/?shapes=packed` gives it: column by column. */
export interface PackedTrack {
  readonly id: string;
  readonly structure: string;
  readonly packed: {
    readonly frames: readonly number[];
    readonly sources: readonly string[];
    readonly confidences: readonly (number | null)[];
    readonly revisions: readonly number[];
    /** How many bytes each shape has. */
    readonly sizes: readonly number[];
    /** The base64 of the bytes of all shapes, one after another. */
    readonly shapes: string;
  };
}

/** The track with a row for each keyframe, whose shape is its stored bytes. */
export function unpackedTrack({ id, structure, packed }: PackedTrack): TrackRow {
  const letters = atob(packed.shapes);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  let at = 0;
  const keyframes = packed.frames.map((frame, i) => {
    const shape = bytes.subarray(at, at + (packed.sizes[i] as number));
    at += shape.length;
    const source = packed.sources[i] as string;
    return { frame, shape, source, confidence: packed.confidences[i] ?? null };
  });
  return { id, structure, keyframes };
}
