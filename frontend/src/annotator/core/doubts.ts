import type { Structure } from "../../api/types";
import { keyframeAt, type SetDocument, tracksOf } from "./document";

/** A suggestion that waits for a person's answer, and why one should look at it. */
export interface Doubt {
  readonly frame: number;
  readonly structure: Structure;
  readonly confidence: number | null;
  readonly reason: string;
}

type Confidence = Readonly<Record<string, readonly (number | null)[]>> | null;

/** Beneath this a model's own confidence is called low. */
export const LOW_CONFIDENCE = 0.7;

/**
 * Suggested places that are neither answered nor taken, the least certain first. The confidence is
 * the model's own for the structure on that frame; nothing else is known of its certainty.
 */
export function doubtsOf(
  suggestion: SetDocument,
  document: SetDocument,
  structures: readonly Structure[],
  confidence: Confidence,
  isAnswered: (structure: string, frame: number) => boolean,
): Doubt[] {
  const found: Doubt[] = [];
  for (const structure of structures) {
    const own = tracksOf(document, structure.id);
    const seen = new Map<number, number | null>();
    for (const track of tracksOf(suggestion, structure.id)) {
      for (const keyframe of track.keyframes) {
        if (keyframe.shape.kind === "absent") continue;
        const known = confidence?.[structure.code]?.[keyframe.frame_index] ?? keyframe.confidence;
        const before = seen.get(keyframe.frame_index) ?? null;
        seen.set(keyframe.frame_index, lower(before, known));
      }
    }
    for (const [frame, sure] of seen) {
      if (isAnswered(structure.id, frame)) continue;
      if (own.some((track) => keyframeAt(track, frame) !== undefined)) continue;
      const isAlone = seen.size > 1 && !seen.has(frame - 1) && !seen.has(frame + 1);
      found.push({ frame, structure, confidence: sure, reason: reasonOf(sure, isAlone) });
    }
  }
  return found.sort(
    (a, b) =>
      (a.confidence ?? 2) - (b.confidence ?? 2) ||
      a.frame - b.frame ||
      a.structure.channel - b.structure.channel,
  );
}

/** A frame that the server ranks high; without a structure the frame as such is meant. */
export interface RankedPlace {
  readonly frame: number;
  readonly structure: string | null;
  readonly words: string;
}

/**
 * The ranked places that still wait, in their order and with their reason, before the others. Where
 * the structure meant was not drawn or has been answered, the frame's least certain one stands for it.
 */
export function rankedFirst(open: readonly Doubt[], ranked: readonly RankedPlace[]): Doubt[] {
  const first = new Map<Doubt, Doubt>();
  for (const { frame, structure, words } of ranked) {
    const here = open.filter((one) => one.frame === frame && !first.has(one));
    const place = here.find((one) => one.structure.id === structure) ?? here[0];
    if (place !== undefined) first.set(place, { ...place, reason: words });
  }
  return [...first.values(), ...open.filter((one) => !first.has(one))];
}

const lower = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

function reasonOf(confidence: number | null, isAlone: boolean): string {
  const sure = confidence === null ? "no confidence known" : `confidence ${confidence.toFixed(2)}`;
  return isAlone ? `${sure}, not seen on the frames beside it` : sure;
}
