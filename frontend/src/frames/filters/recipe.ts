import { clahe } from "./clahe";
import { equalised } from "./equalise";
import { gaussian } from "./gaussian";
import { median } from "./median";

/** What is done to the grey values of a frame, for the eye only, before it is shown. */
export interface FilterRecipe {
  readonly denoise: "none" | "median3" | "median5" | "gaussian";
  /** Standard deviation of the Gaussian in pixels. */
  readonly sigma: number;
  readonly contrast: "none" | "equalise" | "clahe";
  /** How far CLAHE may raise a tile's contrast; 1 leaves it almost alone. */
  readonly clipLimit: number;
}

export const PLAIN: FilterRecipe = { denoise: "none", sigma: 1, contrast: "none", clipLimit: 2 };

/** One word for a recipe; empty for the stored pixels themselves. */
export function recipeKey({ denoise, sigma, contrast, clipLimit }: FilterRecipe): string {
  const parts = [];
  if (denoise !== "none") parts.push(denoise === "gaussian" ? `gaussian-${sigma}` : denoise);
  if (contrast !== "none") parts.push(contrast === "clahe" ? `clahe-${clipLimit}` : contrast);
  return parts.join("+");
}

/**
 * Noise first, then contrast, as is usual before a network. Gives the input itself when nothing is
 * to be done; never changes the input. Whole numbers throughout: the same on every machine.
 */
export function filtered(
  gray: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
  recipe: FilterRecipe,
): Uint8Array<ArrayBuffer> {
  let result = gray;
  if (recipe.denoise === "median3") result = median(result, width, height, 1);
  else if (recipe.denoise === "median5") result = median(result, width, height, 2);
  else if (recipe.denoise === "gaussian") result = gaussian(result, width, height, recipe.sigma);
  if (recipe.contrast === "equalise") result = equalised(result);
  else if (recipe.contrast === "clahe") result = clahe(result, width, height, recipe.clipLimit);
  return result;
}
