import type { Fold } from "../api/types";

const isDue = ({ state }: Fold): boolean => state === "queued" || state === "running";

/** Epochs done and planned over all folds; a fold that ended counts as whole. */
export function epochTotals(
  folds: readonly Fold[],
  epochCount: number,
): { done: number; planned: number } {
  const done = folds.reduce(
    (sum, fold) => sum + (fold.state === "done" ? epochCount : fold.epochs.length),
    0,
  );
  return { done, planned: folds.length * epochCount };
}

/**
 * Seconds until the last fold will have trained, from the median of the epochs so far and the
 * number of folds that train side by side; null before the first epoch, and once none is due.
 */
export function secondsLeft(folds: readonly Fold[], epochCount: number): number | null {
  const seconds = folds
    .flatMap(({ epochs }) => epochs.map((epoch) => epoch.seconds))
    .filter((each) => each > 0)
    .sort((a, b) => a - b);
  const median = seconds[Math.floor(seconds.length / 2)];
  const due = folds.filter(isDue);
  if (median === undefined || due.length === 0) return null;
  const left = due.map(({ epochs }) => Math.max(0, epochCount - epochs.length));
  const lanes = Math.max(1, due.filter(({ state }) => state === "running").length);
  const shared = left.reduce((sum, each) => sum + each, 0) / lanes;
  // No number of lanes is faster than the longest single fold.
  return median * Math.max(shared, ...left);
}

/** "less than a minute", "about 3 min", "about 1 h 20 min": never finer than it can be known. */
export function roughly(seconds: number): string {
  if (seconds < 50) return "less than a minute";
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 20) return `about ${minutes} min`;
  const fives = Math.round(minutes / 5) * 5;
  if (fives < 60) return `about ${fives} min`;
  const tens = Math.round(minutes / 10) * 10;
  const rest = tens % 60;
  return `about ${Math.floor(tens / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}

/** How far a run is and how long it will take, in one sentence. */
export function outlook(folds: readonly Fold[], epochCount: number): string {
  const { done, planned } = epochTotals(folds, epochCount);
  const counted = `${done} of ${planned} epochs`;
  if (!folds.some(isDue)) return `${counted} · the folds are put together and evaluated`;
  const left = secondsLeft(folds, epochCount);
  if (left === null) {
    return folds.some(({ state }) => state === "running")
      ? `${counted} · time left is known after the first epoch`
      : `${counted} · waiting for a free worker`;
  }
  return `${counted} · ${roughly(left)} left, then the evaluation`;
}
