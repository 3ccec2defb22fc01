import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { keys } from "./keys";
import type { Job, ReaderFindings, ReaderSummary } from "./types";

const ADDRESS = "/api/reader-checks/";

/** Everyone who was given a re-read or a check; for admins. */
export const checkedReadersQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.readerChecks(projectId),
    queryFn: async ({ signal }) =>
      (await get<{ results: ReaderSummary[] }>(ADDRESS, { project: projectId }, signal)).results,
  });

export const readerFindingsQuery = (projectId: string, readerId: string) =>
  queryOptions({
    queryKey: [...keys.readerChecks(projectId), readerId],
    queryFn: ({ signal }) =>
      get<ReaderFindings>(`${ADDRESS}${readerId}/`, { project: projectId }, signal),
  });

export const measureChecks = (projectId: string) =>
  post<Job>(`${ADDRESS}measure/`, { project: projectId });
