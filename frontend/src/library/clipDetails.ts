import type { Clip, ClipEdit } from "../api/types";

/** The fields of the form, as they stand in it. */
export interface ClipWords {
  label: string;
  scanner: string;
  /** Empty while the scale is not known. */
  micronsPerPixel: string | number;
}

export const wordsOf = (clip: Clip): ClipWords => ({
  label: clip.label,
  scanner: clip.scanner,
  micronsPerPixel: clip.microns_per_pixel ?? "",
});

/** Only what differs from the clip, so that two people correcting it keep each other's words. */
export function changesOf(clip: Clip, words: ClipWords): ClipEdit {
  const label = words.label.trim();
  const scanner = words.scanner.trim();
  const scale = words.micronsPerPixel === "" ? null : Number(words.micronsPerPixel);
  return {
    ...(label !== clip.label && { label }),
    ...(scanner !== clip.scanner && { scanner }),
    ...(scale !== clip.microns_per_pixel && { microns_per_pixel: scale }),
  };
}
