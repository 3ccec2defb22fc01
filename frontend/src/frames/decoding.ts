import { type FilterRecipe, filtered, recipeKey } from "./filters/recipe";
import { decodeGrayPng, type GrayPixels, isPng } from "./grayPng";

/** The grey values of one frame as they are to be shown. */
export interface GrayPicture extends GrayPixels {
  /** Which filters these values went through; empty for the stored pixels themselves. */
  readonly filters: string;
}

/** Decode a frame as it is stored and pass it through the filters. */
export async function decodedPicture(
  file: Uint8Array<ArrayBuffer>,
  recipe: FilterRecipe,
): Promise<GrayPicture> {
  const { width, height, gray } = isPng(file) ? await decodeGrayPng(file) : await byBrowser(file);
  return {
    width,
    height,
    gray: filtered(gray, width, height, recipe),
    filters: recipeKey(recipe),
  };
}

/** Other lossless formats: the browser decodes, the red channel is the grey value. */
async function byBrowser(file: Uint8Array<ArrayBuffer>): Promise<GrayPixels> {
  const bitmap = await createImageBitmap(new Blob([file]), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser cannot decode pictures.");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const gray = new Uint8Array(width * height);
  for (let i = 0; i < gray.length; i++) gray[i] = data[4 * i] as number;
  return { width, height, gray };
}
