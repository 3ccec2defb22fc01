/**
 * Figures of runs and models, read from the JSON of `training.evaluate`: a run's metrics are
 * `{folds, over_folds, pooled}`, a model version's are the pooled evaluation alone.
 */

export const FIGURES = ["f1", "precision", "recall", "dice", "iou"] as const;
export type Figure = (typeof FIGURES)[number];

export const FIGURE_NAMES: Record<Figure, string> = {
  f1: "F1",
  precision: "Precision",
  recall: "Recall",
  dice: "Dice",
  iou: "IoU",
};

/** Mean over the frames in which both reader and model show the structure. */
export const DISTANCES = [
  "hd95_px",
  "surface_distance_px",
  "hd95_mm",
  "surface_distance_mm",
] as const;
export type Distance = (typeof DISTANCES)[number];

export interface FigureValue {
  value: number | null;
  /** 95 % bootstrap interval by subject. */
  interval: readonly [number, number] | null;
  /** Mean and standard deviation over the folds. */
  mean: number | null;
  deviation: number | null;
}

type Json = Record<string, unknown>;

const objectAt = (value: unknown, ...path: string[]): Json => {
  let inner: unknown = value;
  for (const name of path) {
    inner = typeof inner === "object" && inner !== null ? (inner as Json)[name] : undefined;
  }
  return typeof inner === "object" && inner !== null ? (inner as Json) : {};
};

const numberOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

function intervalOf(value: unknown): readonly [number, number] | null {
  if (typeof value !== "object" || value === null) return null;
  const [low, high] = Array.isArray(value)
    ? value
    : [(value as Json).lower ?? (value as Json).low, (value as Json).upper ?? (value as Json).high];
  return typeof low === "number" && typeof high === "number" ? [low, high] : null;
}

const pooledOf = (metrics: unknown): Json => {
  const pooled = objectAt(metrics, "pooled");
  return "structures" in pooled ? pooled : objectAt(metrics);
};

/** Codes of the structures that have figures; the order is that of the store and means nothing. */
export const measuredCodes = (metrics: unknown): string[] =>
  Object.keys(objectAt(pooledOf(metrics), "structures"));

/** The same in the order of the procedure; codes that it no longer has come last. */
export function orderedCodes(metrics: unknown, structures: readonly { code: string }[]): string[] {
  const measured = measuredCodes(metrics);
  const known = structures.map(({ code }) => code).filter((code) => measured.includes(code));
  return [...known, ...measured.filter((code) => !known.includes(code))];
}

export function figureOf(metrics: unknown, code: string, figure: Figure | Distance): FigureValue {
  const structure = objectAt(pooledOf(metrics), "structures", code);
  const spread = objectAt(metrics, "over_folds", "structures", code, figure);
  return {
    value: numberOf(structure[figure]),
    interval: intervalOf(objectAt(structure, "intervals")[figure]),
    mean: numberOf(spread.mean),
    deviation: numberOf(spread.deviation),
  };
}

export interface FramesMeasured {
  /** Frames in which reader or model show the structure. */
  shown: number;
  /** Those of them in which both do, so that there is a distance. */
  both: number;
  /** Those of these whose clip has a scale; null in figures from before they were counted. */
  scaled: number | null;
}

/** Of how many frames a structure's distances are means; null where it is not recorded. */
function framesOf(counts: Json, shown: number | null): FramesMeasured | null {
  const missed = numberOf(counts.distances_undefined);
  const both = numberOf(counts.distances_defined);
  const scaled = numberOf(counts.distances_in_mm);
  if (missed === null) return null;
  if (both !== null) return { shown: both + missed, both, scaled };
  return shown === null ? null : { shown, both: shown - missed, scaled };
}

export interface SingleFrames {
  frames: FramesMeasured | null;
  lower: number | null;
  median: number | null;
  upper: number | null;
  shareAboveHalf: number | null;
}

/** IoU by frame of a structure, of all together without one; and what its distances are of. */
export function singleFramesOf(metrics: unknown, code: string | null): SingleFrames {
  const pooled = pooledOf(metrics);
  const structure = code === null ? pooled : objectAt(pooled, "structures", code);
  const spread = objectAt(structure, "iou_by_image");
  return {
    frames: framesOf(structure, numberOf(spread.images)),
    lower: numberOf(spread.lower),
    median: numberOf(spread.median),
    upper: numberOf(spread.upper),
    shareAboveHalf: numberOf(spread.share_above_half),
  };
}

export interface FoldFigures {
  fold: number;
  frames: FramesMeasured | null;
  values: Record<Figure | Distance, number | null>;
}

/** A structure's figures fold by fold, in the order of the folds. */
export function foldFiguresOf(metrics: unknown, code: string): FoldFigures[] {
  return Object.keys(objectAt(metrics, "folds"))
    .map((fold) => {
      const structure = objectAt(metrics, "folds", fold, "structures", code);
      const read = [...FIGURES, ...DISTANCES].map((name) => [name, numberOf(structure[name])]);
      return {
        fold: Number(fold),
        frames: framesOf(structure, null),
        values: Object.fromEntries(read) as FoldFigures["values"],
      };
    })
    .sort((a, b) => a.fold - b.fold);
}

/** IoU and pixel accuracy over all structures together. */
export function overallOf(metrics: unknown): { iou: FigureValue; accuracy: FigureValue } {
  const pooled = pooledOf(metrics);
  const read = (name: string): FigureValue => {
    const spread = objectAt(metrics, "over_folds", name);
    return {
      value: numberOf(pooled[name]),
      interval: intervalOf(objectAt(pooled, "intervals")[name]),
      mean: numberOf(spread.mean),
      deviation: numberOf(spread.deviation),
    };
  };
  return { iou: read("iou"), accuracy: read("pixel_accuracy") };
}

/** Mean of a figure over the structures that have it; null where none has. */
export function meanOf(metrics: unknown, figure: Figure): number | null {
  const values = measuredCodes(metrics)
    .map((code) => figureOf(metrics, code, figure).value)
    .filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
