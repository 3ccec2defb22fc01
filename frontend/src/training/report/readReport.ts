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
  boxes: { structures: Record<string, Box | null>; folds: Record<string, Box | null> };
  calibration: Record<string, { expected_error: number | null }>;
  confusion: Record<string, Record<string, number>>;
  traits: Record<string, Association>;
  ceilings: { code: string; dice: number; frames: number }[];
}

/** The contents of a report that is made; null of one whose making is under way. */
export const contentsOf = (contents: unknown): ReportContents | null =>
  typeof contents === "object" && contents !== null && "structures" in contents
    ? (contents as ReportContents)
    : null;

/** "< 0.001" for what is too small to say, else three decimals; a dash where nothing was tested. */
export const pValue = (p: number | null): string =>
  p === null ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3);

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
export function foldRows({ boxes, metrics }: Pick<ReportContents, "boxes" | "metrics">): FoldRow[] {
  const headlines = (metrics.folds ?? {}) as Record<string, Headline>;
  return Object.entries(boxes.folds)
    .map(([fold, box]) => {
      const headline = headlines[fold];
      const dice = Object.entries(headline?.structures ?? {}).map(
        ([code, figures]) => [code, figures.dice] as const,
      );
      return {
        fold: Number(fold),
        frames: box?.images ?? 0,
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
