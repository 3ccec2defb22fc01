import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { keys } from "./keys";
import type { components } from "./schema";
import type { Fold, Job, Page } from "./types";

export const isOpen = (state: string): boolean => state === "queued" || state === "running";

/** The newest work of a project; asked often only while something is under way. */
export const jobsQuery = (projectId: string | null) =>
  queryOptions({
    queryKey: keys.jobs(projectId),
    queryFn: async ({ signal }) =>
      (await get<Page<Job>>("/api/jobs/", { project: projectId, page_size: 30 }, signal)).results,
    refetchInterval: ({ state }) => (state.data?.some((job) => isOpen(job.state)) ? 1500 : 20_000),
  });

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: keys.job(jobId),
    queryFn: ({ signal }) => get<Job>(`/api/jobs/${jobId}/`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || isOpen(state.data.state) ? 1000 : false,
  });

type FoldLog = components["schemas"]["FoldLog"];

/** The end of what a fold's fit has said, for whoever may see the run. */
export const foldLogQuery = (runId: string, fold: Pick<Fold, "index" | "job">) =>
  queryOptions({
    queryKey: [...keys.run(runId), "log", fold.index, fold.job],
    queryFn: ({ signal }) =>
      get<FoldLog>(`/api/training-runs/${runId}/folds/${fold.index}/log/`, {}, signal),
    refetchInterval: ({ state }) =>
      state.data === undefined || isOpen(state.data.state) ? 1000 : false,
  });

export const cancelJob = (jobId: string) => post<Job>(`/api/jobs/${jobId}/cancel/`);
