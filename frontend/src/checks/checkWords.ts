import { shown } from "../agreement/readFigures";
import type { CheckKind, ReaderFindings } from "../api/types";

export const KIND_NAMES: Readonly<Record<CheckKind, string>> = {
  reread: "Re-reads",
  ground_truth: "Checks against the truth",
};

export const KIND_WORDS: Readonly<Record<CheckKind, string>> = {
  reread: "How far the reader agrees with their own earlier reading of the clip.",
  ground_truth: "How far the reader agrees with what was accepted on the clip.",
};

export type CheckPoint = ReaderFindings["checks"][number];

export const STATE_WORDS: Readonly<Record<CheckPoint["state"], string>> = {
  measured: "",
  pending: "Not measured yet",
  nothing_shared: "No frame in common, or the clip was rejected",
  no_reference: "What it was to be compared with is gone",
};

type Figures = Readonly<Record<string, number | null>>;

/** "1.2 mm" where the scale is known, else "6.0 px"; a dash where not both show it. */
export function distance(figures: Figures | null | undefined, name: "hd95" | "surface_distance") {
  const mm = figures?.[`${name}_mm`];
  if (typeof mm === "number") return `${shown(mm)}\u00a0mm`;
  const px = figures?.[`${name}_px`];
  return typeof px === "number" ? `${shown(px, 1)}\u00a0px` : "–";
}

export interface TrendPoint {
  at: string;
  [series: string]: string | number | null;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** One point for each measured check of a kind, in the order of handing in; Dice by structure. */
export function trendOf(
  checks: readonly CheckPoint[],
  kind: CheckKind,
  code: string | null,
): TrendPoint[] {
  return checks
    .filter((one) => one.check_kind === kind && one.state === "measured")
    .map((one, place) => ({
      at: `${place + 1} · ${dayFormat.format(new Date(one.handed_in_at))}`,
      dice: (code === null ? one.figures?.dice : one.dice[code]) ?? null,
    }));
}
