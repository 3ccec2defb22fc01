import { NEUTRAL, PLAIN } from "../../frames";
import type { Appearance } from "../view/scene";
import type { ChangeAppearance } from "./useAppearance";

/** The picture as it is stored: no window, gamma, inversion or filter. */
export const AS_STORED: Pick<Appearance, "tone" | "recipe"> = { tone: NEUTRAL, recipe: PLAIN };

/** Keys that change how the picture is seen. */
export function viewKey(change: ChangeAppearance, key: string): boolean {
  switch (key) {
    case "o":
      change((before) => ({ isOutlineOnly: !before.isOutlineOnly }));
      return true;
    case "i":
      change(({ tone }) => ({ tone: { ...tone, isInverted: !tone.isInverted } }));
      return true;
    case "u":
      change((before) => ({ hasRuler: !before.hasRuler }));
      return true;
    case "shift+w":
      change(AS_STORED);
      return true;
    default:
      return false;
  }
}

export const VIEW_KEYS: readonly (readonly [string, string])[] = [
  ["H (held)", "Hide everything but the picture"],
  ["O", "Outlines only"],
  ["W drag", "Window and level (also: drag with the right button)"],
  ["I", "Invert the picture"],
  ["Shift W", "The picture as it is stored"],
  ["Shift M", "Measure between two places"],
  ["U", "Show or hide the ruler"],
  ["F", "Full screen"],
];
