import type { Fold, TrainingRun } from "../api/types";

/** Of a fold's bar; the rest is preparing before the epochs and evaluating after them. */
const EPOCHS_SHARE = 0.96;

const isDue = ({ state }: Fold): boolean => state === "queued" || state === "running";
const isTraining = ({ state, is_stranded }: Fold): boolean => state === "running" && !is_stranded;

/**
 * How far a fold is. A worker that takes it up tells of no progress until its first batch, though
 * the epochs before count.
 */
export function foldShare(fold: Fold, epochCount: number): number {
  if (fold.state === "done") return 1;
  const finished = Math.min(1, fold.epochs.length / epochCount);
  return Math.max(fold.progress, EPOCHS_SHARE * finished);
}

export const LOST_WORKER = "Its worker is gone; it waits for another.";

const NO_WORKER =
  "No worker trains at the moment: start one with “make run”, or, where workers are started one by " +
  "one, with “celery -A fascicle worker --queues train”.";

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
  const lanes = Math.max(1, due.filter(isTraining).length);
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

/** How far a run is and how long it will take, or who is waited for, in one sentence. */
export function outlook({
  folds,
  epoch_count: epochCount,
  is_worker_missing,
}: Pick<TrainingRun, "folds" | "epoch_count" | "is_worker_missing">): string {
  const { done, planned } = epochTotals(folds, epochCount);
  const counted = `${done} of ${planned} epochs`;
  if (!folds.some(isDue)) return `${counted} · the folds are put together and evaluated`;
  if (is_worker_missing) return `${counted} · ${NO_WORKER}`;
  const stranded = folds.filter(({ is_stranded }) => is_stranded);
  if (stranded.length > 0) return `${counted} · ${lostBy(stranded)}`;
  if (!folds.some(isTraining)) return `${counted} · waiting for a free worker`;
  const left = secondsLeft(folds, epochCount);
  return left === null
    ? `${counted} · time left is known after the first epoch`
    : `${counted} · ${roughly(left)} left, then the evaluation`;
}

function lostBy(stranded: readonly Fold[]): string {
  const numbers = stranded.map(({ index }) => index + 1).join(", ");
  return stranded.length === 1
    ? `Fold ${numbers}: ${LOST_WORKER}`
    : `Folds ${numbers}: Their workers are gone; they wait for others.`;
}
