import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { isOpen } from "./jobs";
import { keys } from "./keys";
import { allOf } from "./pages";
import type {
  ListedRun,
  Recipe,
  RunEstimate,
  RunStart,
  Snapshot,
  SnapshotPreview,
  TrainingRun,
} from "./types";

export const recipesQuery = queryOptions({
  queryKey: keys.recipes,
  queryFn: ({ signal }) => allOf<Recipe>("/api/recipes/", {}, signal),
  staleTime: 300_000,
});

export const snapshotsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.snapshots(projectId),
    queryFn: ({ signal }) => allOf<Snapshot>("/api/snapshots/", { project: projectId }, signal),
  });

/** What is learnt where several have read a clip. */
export type LabelChoice = Snapshot["labels"];

/** And whose, where one reader's work is learnt. */
export interface Labels {
  choice: LabelChoice;
  reader: string | null;
}

export const LABEL_NAMES: Readonly<Record<LabelChoice, string>> = {
  accepted: "What is accepted",
  consensus: "Consensus only",
  reader: "One reader",
  soft: "Soft labels of all readers",
};

export const snapshotPreviewQuery = (
  projectId: string,
  { choice: labels, reader }: Labels = { choice: "accepted", reader: null },
) =>
  queryOptions({
    queryKey: [...keys.snapshotPreview(projectId), labels, reader],
    queryFn: ({ signal }) =>
      get<SnapshotPreview>(
        "/api/snapshots/preview/",
        { project: projectId, labels, reader },
        signal,
      ),
  });

export const freezeSnapshot = (
  projectId: string,
  labels: LabelChoice = "accepted",
  reader: string | null = null,
) => post<Snapshot>("/api/snapshots/", { project: projectId, labels, reader });

/** A run that was cancelled or failed is over at once; its folds end a little later. */
const isGoingOn = (run: TrainingRun | ListedRun): boolean =>
  isOpen(run.state) || run.folds.some(({ state }) => isOpen(state));

export const runsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.runs(projectId),
    queryFn: ({ signal }) =>
      allOf<ListedRun>("/api/training-runs/", { project: projectId }, signal),
    refetchInterval: ({ state }) => (state.data?.some(isGoingOn) ? 2000 : 30_000),
  });

export const runQuery = (runId: string) =>
  queryOptions({
    queryKey: keys.run(runId),
    queryFn: ({ signal }) => get<TrainingRun>(`/api/training-runs/${runId}/`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || isGoingOn(state.data) ? 1000 : false,
  });

export interface RunPlan {
  recipe: string;
  frame_count: number;
  fold_count: number;
  epoch_count: number;
}

const isPlan = (plan: RunPlan): boolean =>
  plan.recipe !== "" && plan.frame_count > 0 && plan.fold_count > 1 && plan.epoch_count > 0;

/** How long such a run would take; asked only for what can be started. */
export const runEstimateQuery = (projectId: string, plan: RunPlan) =>
  queryOptions({
    queryKey: keys.runEstimate(projectId, plan),
    queryFn: ({ signal }) =>
      get<RunEstimate>("/api/training-runs/estimate/", { project: projectId, ...plan }, signal),
    enabled: isPlan(plan),
    retry: false,
    staleTime: 60_000,
  });

export const startRun = (body: RunStart) => post<TrainingRun>("/api/training-runs/", body);

export const cancelRun = (runId: string) =>
  post<TrainingRun>(`/api/training-runs/${runId}/cancel/`);

export const pauseRun = (runId: string) => post<TrainingRun>(`/api/training-runs/${runId}/pause/`);

/** A failed run again: folds that are done stay done. */
export const retryRun = (runId: string) => post<TrainingRun>(`/api/training-runs/${runId}/retry/`);

export const resumeRun = (runId: string) =>
  post<TrainingRun>(`/api/training-runs/${runId}/resume/`);
