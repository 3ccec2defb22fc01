import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { isOpen } from "./jobs";
import { keys } from "./keys";
import { allOf } from "./pages";
import type {
  Alias,
  AliasName,
  Gate,
  ModelComparison,
  ModelExport,
  ModelExportStart,
  ModelVersion,
  Promote,
  Rollback,
} from "./types";

export const modelVersionsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.modelVersions(projectId),
    queryFn: ({ signal }) =>
      allOf<ModelVersion>("/api/model-versions/", { project: projectId }, signal),
  });

export const aliasesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.aliases(projectId),
    queryFn: ({ signal }) => allOf<Alias>("/api/aliases/", { project: projectId }, signal),
    staleTime: 30_000,
  });

export const promoteModel = (versionId: string, body: Promote) =>
  post<ModelVersion>(`/api/model-versions/${versionId}/promote/`, body);

/** Whether the version may take the place of the one that serves this purpose now. */
export const gateQuery = (versionId: string, alias: AliasName) =>
  queryOptions({
    queryKey: keys.gate(versionId, alias),
    queryFn: ({ signal }) => get<Gate>(`/api/model-versions/${versionId}/gate/`, { alias }, signal),
  });

/** The second version against the first on the frames that both were measured on. */
export const comparisonQuery = (first: string, second: string) =>
  queryOptions({
    queryKey: keys.comparison(first, second),
    queryFn: ({ signal }) =>
      get<ModelComparison>("/api/model-comparisons/", { first, second }, signal),
    staleTime: 300_000,
  });

export const rollBackAlias = (body: Rollback) => post<Alias>("/api/aliases/rollback/", body);

export const modelExportsQuery = (versionId: string) =>
  queryOptions({
    queryKey: keys.modelExports(versionId),
    queryFn: ({ signal }) =>
      allOf<ModelExport>("/api/model-exports/", { model_version: versionId }, signal),
    refetchInterval: ({ state }) => (state.data?.some((each) => isOpen(each.state)) ? 2000 : false),
  });

export const startModelExport = (body: ModelExportStart) =>
  post<ModelExport>("/api/model-exports/", body);

export const modelExportFile = (exportId: string): string => `/api/model-exports/${exportId}/file/`;
