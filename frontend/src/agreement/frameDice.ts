import type { Breakdown } from "../api/types";
import { shown } from "./readFigures";

/** How far two readers, or the mean of several pairs, agree on one frame of a clip. */
export interface FrameDice {
  readonly frame: number;
  /** Null where nobody shows the structure: agreement on its absence. */
  readonly dice: number | null;
  /** Comparisons in which one reader alone shows it; each counts 0. */
  readonly alone: number;
  readonly compared: number;
}

export function frameDice(rows: readonly Breakdown[]): FrameDice[] {
  return rows.map((row) => ({
    frame: Number(row.name),
    dice: row.figures.dice ?? null,
    alone: row.only_first + row.only_second,
    compared: row.compared,
  }));
}

/** Stretches of frames without a gap of which each has a Dice, so that no line spans what has none. */
export function stretches(
  frames: readonly FrameDice[],
): (readonly [frame: number, dice: number])[][] {
  const found: [number, number][][] = [];
  for (const { frame, dice } of frames) {
    if (dice === null) continue;
    const last = found.at(-1);
    if (last?.at(-1)?.[0] === frame - 1) last.push([frame, dice]);
    else found.push([[frame, dice]]);
  }
  return found;
}

/** The place of the frame on which they agree least, of the first where several are equal. */
export function worstPlace(frames: readonly FrameDice[]): number {
  let worst = 0;
  for (const [place, { dice }] of frames.entries()) {
    if ((dice ?? 2) < (frames[worst]?.dice ?? 2)) worst = place;
  }
  return worst;
}

/** The place of the compared frame nearest to a frame. */
export function nearestPlace(frames: readonly FrameDice[], frame: number): number {
  let nearest = 0;
  for (const [place, one] of frames.entries()) {
    const best = frames[nearest]?.frame ?? 0;
    if (Math.abs(one.frame - frame) < Math.abs(best - frame)) nearest = place;
  }
  return nearest;
}

/** What a frame's figure means, in words. */
export function saidOf({ frame, dice, alone, compared }: FrameDice): string {
  if (dice === null) return `Frame ${frame}: nobody shows it`;
  const who = compared === 1 ? "only one shows it" : `only one shows it in ${alone} of ${compared}`;
  return `Frame ${frame}: Dice ${shown(dice)}${alone > 0 ? `, ${who}` : ""}`;
}
