import { queryOptions } from "@tanstack/react-query";
import { ApiError, get, post } from "./client";
import { isOpen } from "./jobs";
import { keys } from "./keys";
import type { Job, RunReport } from "./types";

const address = (runId: string): string => `/api/training-runs/${runId}/report/`;

/** The report of a run; null where none was asked for yet. */
export const runReportQuery = (runId: string) =>
  queryOptions({
    queryKey: keys.runReport(runId),
    queryFn: async ({ signal }) => {
      try {
        return await get<RunReport>(address(runId), {}, signal);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data && isOpen(state.data.state) ? 1500 : false),
  });

export const makeReport = (runId: string) => post<Job>(address(runId));

export type ReportFormat = "html" | "pdf";

export const reportFile = (runId: string, format: ReportFormat): string =>
  `${address(runId)}${format}/`;

/** `made` keeps a report that was made anew from being shown with figures of the one before. */
export const reportFigure = ({ run, made_at: made }: RunReport, name: string): string =>
  `${address(run)}figures/${name}/?made=${made}`;

export const reportPicture = ({ run, made_at: made }: RunReport, number: number): string =>
  `${address(run)}frames/${number}/?made=${made}`;

export const predictionsFile = (runId: string, fold: number): string =>
  `/api/training-runs/${runId}/folds/${fold}/predictions/`;
