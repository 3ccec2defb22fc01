import type { Snapshot, TrainingRun } from "../api/types";

interface Planned {
  recipe: string;
  frameCount: number;
  foldCount: number;
  epochCount: number;
}

/**
 * Seconds that all folds of a run will take, one after another, from how long epochs of earlier
 * runs of the recipe took for each frame they trained on; null where there was none.
 */
export function secondsHint(
  { recipe, frameCount, foldCount, epochCount }: Planned,
  runs: readonly TrainingRun[],
  snapshots: readonly Snapshot[],
): number | null {
  const rates = runs
    .filter((run) => run.recipe === recipe)
    .flatMap((run) => {
      const frames = snapshots.find(({ id }) => id === run.snapshot)?.frame_count ?? 0;
      const trained = (frames * (run.fold_count - 1)) / run.fold_count;
      if (trained <= 0) return [];
      return run.folds.flatMap(({ epochs }) => epochs.map(({ seconds }) => seconds / trained));
    })
    .sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)];
  if (median === undefined || !(frameCount > 0 && foldCount > 1 && epochCount > 0)) return null;
  return median * frameCount * (foldCount - 1) * epochCount;
}
