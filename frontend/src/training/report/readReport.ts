import type { Distance, FramesMeasured } from "../metrics";

/** The numbers of a report, as `training.reports.contents.described` writes them. */

export interface Box {
  low: number;
  lower: number;
  median: number;
  upper: number;
  high: number;
  images: number;
}

export interface Association {
  images: number;
  rho: number | null;
  p: number | null;
  quarters: [number, number, number][];
}

export interface ReportContents {
  title: string;
  facts: [string, string][];
  structures: { code: string; name: string; kind: string; colour: string }[];
  metrics: Record<string, unknown>;
  frames: number;
  /** Missing in reports from before it was written. */
  folds?: Record<string, { frames: number }>;
  boxes: { structures: Record<string, Box | null>; folds: Record<string, Box | null> };
  calibration: Record<string, { expected_error: number | null }>;
  confusion: Record<string, Record<string, number>>;
  traits: Record<string, Association>;
  readers?: {
    words: string;
    structures: { code: string; dice: number; comparisons: number }[];
  } | null;
  /** What earlier reports have in place of `readers`. */
  ceilings?: { code: string; dice: number; frames: number }[];
}

/** The contents of a report that is made; null of one whose making is under way. */
export const contentsOf = (contents: unknown): ReportContents | null =>
  typeof contents === "object" && contents !== null && "structures" in contents
    ? (contents as ReportContents)
    : null;

/** "< 0.001" for what is too small to say, else three decimals; a dash where nothing was tested. */
export const pValue = (p: number | null): string =>
  p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3);

export const IN_PX = ["hd95_px", "surface_distance_px"] as const;
export const IN_MM = ["hd95_mm", "surface_distance_mm"] as const;
export const DISTANCE_NAMES: Record<Distance, string> = {
  hd95_px: "HD95, px",
  surface_distance_px: "Surface distance, px",
  hd95_mm: "HD95, mm",
  surface_distance_mm: "Surface distance, mm",
};

/** Without the frames counted, a mean in mm would look as if it were of all. */
export const hasMillimetres = (frames: FramesMeasured | null): boolean => (frames?.scaled ?? 0) > 0;

/** In how many frames distances are defined, of those in which anyone shows the structure. */
export const bothWritten = (frames: FramesMeasured | null): string =>
  frames === null ? "–" : `${frames.both} of ${frames.shown}`;

export const scaledWritten = (frames: FramesMeasured | null): string =>
  frames === null || frames.scaled === null ? "–" : `${frames.scaled} of ${frames.both}`;

/** As far as pixels and millimetres can tell; a dash where no frame has the distance. */
export const distanceWritten = (name: Distance) => (value: number | null) =>
  value === null ? "–" : value.toFixed(name.endsWith("_mm") ? 2 : 1);

const NOT_A_BOUND =
  "Dice between two readers is from a report of agreement of this project. It is measured on the " +
  "frames of that report, not on these. A model can exceed it, above all when it is measured " +
  "against a consensus of readers.";

export interface Readers {
  words: string;
  structures: { name: string; dice: number; comparisons: number }[];
}

/** How far readers of the project agree; null where nobody has compared them. */
export function readersOf({
  readers,
  ceilings,
  structures,
}: Pick<ReportContents, "readers" | "ceilings" | "structures">): Readers | null {
  const former = ceilings?.map(({ code, dice, frames }) => ({ code, dice, comparisons: frames }));
  const found = readers?.structures ?? former ?? [];
  if (found.length === 0) return null;
  const nameOf = (code: string) => structures.find((each) => each.code === code)?.name ?? code;
  return {
    words: readers?.words ?? NOT_A_BOUND,
    structures: found.map(({ code, ...rest }) => ({ name: nameOf(code), ...rest })),
  };
}

export interface FoldRow {
  fold: number;
  frames: number;
  box: Box | null;
  iou: number | null;
  dice: Record<string, number | null>;
}

interface Headline {
  iou: number | null;
  structures: Record<string, { dice: number | null }>;
}

/** A row a fold, in the order of the folds. */
export function foldRows({
  boxes,
  folds,
  metrics,
}: Pick<ReportContents, "boxes" | "folds" | "metrics">): FoldRow[] {
  const headlines = (metrics.folds ?? {}) as Record<string, Headline>;
  return Object.entries(boxes.folds)
    .map(([fold, box]) => {
      const headline = headlines[fold];
      const dice = Object.entries(headline?.structures ?? {}).map(
        ([code, figures]) => [code, figures.dice] as const,
      );
      return {
        fold: Number(fold),
        // a box counts only the frames in which something is shown or predicted
        frames: folds?.[fold]?.frames ?? box?.images ?? 0,
        box,
        iou: headline?.iou ?? null,
        dice: Object.fromEntries(dice),
      };
    })
    .sort((a, b) => a.fold - b.fold);
}

export interface Mistake {
  of: string;
  as: string;
  share: number;
}

/** What is most often taken for another structure (background left out), from a share on. */
export function mixUps(
  { confusion, structures }: Pick<ReportContents, "confusion" | "structures">,
  least = 0.01,
): Mistake[] {
  const nameOf = (code: string) =>
    structures.find((structure) => structure.code === code)?.name ?? code;
  return Object.entries(confusion)
    .flatMap(([code, shares]) =>
      Object.entries(shares)
        .filter(([other, share]) => other !== code && other !== "background" && share >= least)
        .map(([other, share]) => ({ of: nameOf(code), as: nameOf(other), share })),
    )
    .sort((a, b) => b.share - a.share);
}
