import type { FilterRecipe, Tone } from "../../frames";
import type { Appearance } from "../view/scene";

/** What is remembered of how a person sees pictures. */
export type Kept = Partial<
  Pick<Appearance, "opacity" | "isSmooth" | "hasRuler" | "tone" | "recipe">
>;

export const keptOf = ({ opacity, isSmooth, hasRuler, tone, recipe }: Appearance): Kept => ({
  opacity,
  isSmooth,
  hasRuler,
  tone,
  recipe,
});

const within = (value: unknown, low: number, high: number): value is number =>
  typeof value === "number" && value >= low && value <= high;

const oneOf = <Word extends string>(value: unknown, words: readonly Word[]): value is Word =>
  (words as readonly unknown[]).includes(value);

/** What can be used of a stored value, which may be of an earlier version or broken. */
export function readKept(stored: unknown): Kept {
  if (typeof stored !== "object" || stored === null) return {};
  const { opacity, isSmooth, hasRuler, tone, recipe } = stored as Record<string, unknown>;
  return {
    ...(within(opacity, 0, 1) ? { opacity } : {}),
    ...(typeof isSmooth === "boolean" ? { isSmooth } : {}),
    ...(typeof hasRuler === "boolean" ? { hasRuler } : {}),
    ...(isTone(tone) ? { tone } : {}),
    ...(isRecipe(recipe) ? { recipe } : {}),
  };
}

function isTone(value: unknown): value is Tone {
  if (typeof value !== "object" || value === null) return false;
  const { window, level, gamma, isInverted } = value as Record<string, unknown>;
  return (
    within(window, 2, 510) &&
    within(level, 0, 255) &&
    within(gamma, 0.2, 5) &&
    typeof isInverted === "boolean"
  );
}

function isRecipe(value: unknown): value is FilterRecipe {
  if (typeof value !== "object" || value === null) return false;
  const { denoise, sigma, contrast, clipLimit } = value as Record<string, unknown>;
  return (
    oneOf(denoise, ["none", "median3", "median5", "gaussian"]) &&
    within(sigma, 0.3, 5) &&
    oneOf(contrast, ["none", "equalise", "clahe"]) &&
    within(clipLimit, 1, 10)
  );
}
