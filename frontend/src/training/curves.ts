import type { Epoch, Fold, FoldStanding } from "../api/types";

export type CurvePoint = { epoch: number } & Record<string, number | null>;

const mean = (values: (number | null | undefined)[]): number | null => {
  const defined = values.filter((value) => typeof value === "number");
  if (defined.length === 0) return null;
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
};

const lastEpoch = (folds: readonly Fold[]): number =>
  Math.max(0, ...folds.flatMap(({ epochs }) => epochs.map(({ number }) => number)));

function table(
  folds: readonly Fold[],
  columnsAt: (epochOf: (fold: Fold) => Epoch | undefined) => Record<string, number | null>,
): CurvePoint[] {
  const byNumber = new Map(
    folds.map((fold) => [fold.index, new Map(fold.epochs.map((epoch) => [epoch.number, epoch]))]),
  );
  const first = Math.min(1, ...folds.flatMap(({ epochs }) => epochs.map(({ number }) => number)));
  const points: CurvePoint[] = [];
  for (let number = first; number <= lastEpoch(folds); number += 1) {
    const columns = columnsAt((fold) => byNumber.get(fold.index)?.get(number));
    points.push({ epoch: number, ...columns } as CurvePoint);
  }
  return points;
}

/** Loss by epoch, a column a fold: `fold 0`, ...; null where a fold is not that far. */
export const lossCurve = (folds: readonly Fold[]): CurvePoint[] =>
  table(folds, (epochOf) =>
    Object.fromEntries(folds.map((fold) => [foldName(fold.index), epochOf(fold)?.loss ?? null])),
  );

/** Held-out Dice by epoch, a column a structure code; the mean of the given folds. */
export const diceCurve = (folds: readonly Fold[], codes: readonly string[]): CurvePoint[] =>
  table(folds, (epochOf) =>
    Object.fromEntries(
      codes.map((code) => [code, mean(folds.map((fold) => epochOf(fold)?.held_out_dice[code]))]),
    ),
  );

/** Structure codes that any epoch of any fold has a Dice for. */
export const diceCodes = (folds: readonly Fold[]): string[] => [
  ...new Set(
    folds.flatMap(({ epochs }) => epochs.flatMap((epoch) => Object.keys(epoch.held_out_dice))),
  ),
];

const EPOCHS_TO_TELL = 5;
const NOTHING = 0.005;

/** Whether a fold's last epochs, five or more, found next to nothing of any structure held out. */
export function findsNothing({ epochs }: Pick<Fold, "epochs">): boolean {
  const last = [...epochs].sort((a, b) => a.number - b.number).slice(-EPOCHS_TO_TELL);
  const dice = last.map((epoch) => mean(Object.values(epoch.held_out_dice)));
  return last.length === EPOCHS_TO_TELL && dice.every((each) => each !== null && each < NOTHING);
}

export const foldName = (index: number): string => `Fold ${index + 1}`;

/** Share of a run that is done, from the folds' own progress. */
export const runProgress = (folds: readonly FoldStanding[]): number =>
  mean(folds.map(({ state, progress }) => (state === "done" ? 1 : progress))) ?? 0;
