/** What is read of a report's figures; the API gives them as one free-form object. */

export type Interval = readonly [number, number];

export interface Figures {
  readonly channel: number | null;
  readonly compared: number;
  readonly neither: number;
  readonly only_first: number;
  readonly only_second: number;
  readonly both: number;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly intervals: Readonly<Record<string, Interval | null>>;
}

export interface StructureFigures extends Figures {
  readonly coefficients: Readonly<
    Record<string, { readonly value: number | null; readonly interval: Interval | null }>
  >;
  /** 5th, 25th, 50th, 75th and 95th percentile over single frames. */
  readonly spread: Readonly<Record<"dice" | "hd95_px", readonly number[] | null>>;
}

export interface PairFigures {
  readonly first: number;
  readonly second: number;
  readonly structures: readonly Figures[];
}

export interface ReportFigures {
  readonly subjects: number;
  readonly clips: number;
  readonly frames: number;
  readonly structures: readonly StructureFigures[];
  readonly pairs: readonly PairFigures[];
}

/** The figures of a report that is made, else null. */
export function readFigures(figures: unknown): ReportFigures | null {
  const said = figures as Partial<ReportFigures> | null | undefined;
  return said?.structures !== undefined && said.pairs !== undefined
    ? (said as ReportFigures)
    : null;
}

/** Figures of one structure (null for all together) between two readers, in either order. */
export function pairFigures(
  figures: ReportFigures,
  one: number,
  other: number,
  channel: number | null,
): Figures | null {
  const [first, second] = one < other ? [one, other] : [other, one];
  const pair = figures.pairs.find((each) => each.first === first && each.second === second);
  return pair?.structures.find((each) => each.channel === channel) ?? null;
}

export const FIGURE_NAMES = {
  dice: "Dice",
  iou: "IoU",
  f1: "F1",
  hd95_px: "HD95, px",
  surface_distance_px: "Mean distance, px",
  hd95_mm: "HD95, mm",
  surface_distance_mm: "Mean distance, mm",
} as const;

export const COEFFICIENT_NAMES = {
  light_kappa: "Kappa, mean of pairs",
  fleiss_kappa: "Fleiss' kappa",
  krippendorff_alpha: "Krippendorff's alpha",
} as const;

/** A figure in a table: two decimals, one for pixels, a dash where nothing defines it. */
export function shown(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits);
}
