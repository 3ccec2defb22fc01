/** What was found in the picture, and whether the redaction as it stands deals with it. */
import type { Finding } from "../api/types";
import { type Box, contains } from "./boxes";

export const FINDING_NAMES: Record<string, string> = {
  "ultrasound-region": "Ultrasound picture",
  sector: "Sector",
  text: "Text",
  "static-overlay": "Fixed overlay",
  logo: "Logo",
  ruler: "Ruler",
};

/** What could name someone; the others are found in order to be kept. */
const REMOVED_KINDS = new Set(["text", "static-overlay", "logo"]);

export const isToBeRemoved = ({ kind }: Finding): boolean => REMOVED_KINDS.has(kind);

export type Fate = "stays" | "partly" | "goes";

export function fateOf(keptShare: number): Fate {
  if (keptShare === 0) return "goes";
  return keptShare > 0.95 ? "stays" : "partly";
}

export const FATE_WORDS: Record<Fate, string> = {
  stays: "stays in the picture",
  partly: "partly in the picture",
  goes: "is removed",
};

/** The smallest finding at a place; null where nothing was found. */
export function findingAt(findings: readonly Finding[], x: number, y: number): number | null {
  let found: number | null = null;
  let least = Infinity;
  findings.forEach(({ box }, index) => {
    const area = (box.x1 - box.x0) * (box.y1 - box.y0);
    if (contains(box, x, y) && area < least) {
      found = index;
      least = area;
    }
  });
  return found;
}

/** A box a little larger than what was found, so that no stroke of a letter stays beside it. */
export function boxAround(box: Box, width: number, height: number, margin = 2): Box {
  return {
    x0: Math.max(0, Math.floor(box.x0) - margin),
    y0: Math.max(0, Math.floor(box.y0) - margin),
    x1: Math.min(width, Math.ceil(box.x1) + margin),
    y1: Math.min(height, Math.ceil(box.y1) + margin),
  };
}
