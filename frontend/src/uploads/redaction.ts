/**
 * What of a recording's pixels is kept, applied here exactly as the server applies it.
 *
 * The rule is that of `annotation/deidentify/redaction.py`: the crop becomes the frame, then every
 * pixel inside a blanked box or outside the kept sector is 0. A pixel is inside the sector when its
 * centre is, by the even-odd rule of `geometry`.
 */
import type { UploadRedaction } from "../api/types";
import { contour, denseFromMask, shapeMask } from "../geometry";
import { type Box, isSameBox, type Size, wholePicture, widthOf } from "./boxes";
import type { Corner } from "./corners";

export interface Redaction {
  /** The part that becomes the frame; null for the whole picture. */
  readonly crop: Box | null;
  readonly blanks: readonly Box[];
  readonly keep: readonly Corner[] | null;
}

/** Sides of what is left, in pixels; the server refuses less. */
export const LEAST_SIDE = 16;

export const NOTHING_REMOVED: Redaction = { crop: null, blanks: [], keep: null };

export const fromJson = ({ crop, blanks, keep }: UploadRedaction): Redaction => ({
  crop,
  blanks,
  keep: keep?.map((corner): Corner => [corner[0] ?? 0, corner[1] ?? 0]) ?? null,
});

export const toJson = ({ crop, blanks, keep }: Redaction): UploadRedaction => ({
  crop,
  blanks: [...blanks],
  keep: keep?.map((corner) => [...corner]) ?? null,
});

export const cropOf = (redaction: Redaction, size: Size): Box =>
  redaction.crop ?? wholePicture(size);

/** With this crop; the whole picture is written as none. */
export const withCrop = (redaction: Redaction, crop: Box, size: Size): Redaction => ({
  ...redaction,
  crop: isSameBox(crop, wholePicture(size)) ? null : crop,
});

export const withBlank = (redaction: Redaction, index: number, box: Box): Redaction => ({
  ...redaction,
  blanks: redaction.blanks.map((blank, at) => (at === index ? box : blank)),
});

export const withoutBlank = (redaction: Redaction, index: number): Redaction => ({
  ...redaction,
  blanks: redaction.blanks.filter((_, at) => at !== index),
});

/** For each pixel of the source picture, row by row: 1 when it is stored as it is, else 0. */
export function keptPixels(redaction: Redaction, size: Size): Uint8Array {
  const { width, height } = size;
  const crop = cropOf(redaction, size);
  let kept: Uint8Array;
  if (redaction.keep === null) kept = new Uint8Array(width * height).fill(1);
  else {
    const sector = shapeMask(contour("polygon", redaction.keep), width, height);
    kept = denseFromMask(sector, width, height);
  }
  kept.fill(0, 0, crop.y0 * width);
  kept.fill(0, crop.y1 * width);
  for (let row = crop.y0; row < crop.y1; row += 1) {
    kept.fill(0, row * width, row * width + crop.x0);
    kept.fill(0, row * width + crop.x1, (row + 1) * width);
  }
  for (const box of redaction.blanks) {
    for (let row = box.y0; row < Math.min(box.y1, height); row += 1) {
      kept.fill(0, row * width + box.x0, row * width + Math.min(box.x1, width));
    }
  }
  return kept;
}

/** Share, 0 to 1, of a box's pixels that stay in the picture. */
export function keptShare(box: Box, kept: Uint8Array, { width, height }: Size): number {
  let sum = 0;
  let all = 0;
  for (let row = box.y0; row < Math.min(box.y1, height); row += 1) {
    for (let column = box.x0; column < Math.min(box.x1, width); column += 1) {
      sum += kept[row * width + column] as number;
      all += 1;
    }
  }
  return all === 0 ? 0 : sum / all;
}

export interface Rgba extends Size {
  readonly pixels: Uint8ClampedArray;
}

/** The picture as it will be stored: cropped, and black where it is blanked. RGBA in, RGBA out. */
export function storedPicture(
  source: Rgba,
  redaction: Redaction,
): Rgba & { pixels: Uint8ClampedArray<ArrayBuffer> } {
  const crop = cropOf(redaction, source);
  const kept = keptPixels(redaction, source);
  const width = widthOf(crop);
  const height = crop.y1 - crop.y0;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (crop.y0 + y) * source.width + crop.x0 + x;
      const to = (y * width + x) * 4;
      const factor = kept[from] as number;
      pixels[to] = (source.pixels[from * 4] as number) * factor;
      pixels[to + 1] = (source.pixels[from * 4 + 1] as number) * factor;
      pixels[to + 2] = (source.pixels[from * 4 + 2] as number) * factor;
      pixels[to + 3] = 255;
    }
  }
  return { width, height, pixels };
}
