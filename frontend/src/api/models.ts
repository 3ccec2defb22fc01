import { queryOptions } from "@tanstack/react-query";
import { post } from "./client";
import { keys } from "./keys";
import { allOf } from "./pages";
import type { Alias, AliasName, ModelVersion, Promote, Rollback } from "./types";

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

export const promoteModel = (versionId: string, alias: AliasName, reason: string) =>
  post<ModelVersion>(`/api/model-versions/${versionId}/promote/`, {
    alias,
    reason,
  } satisfies Promote);

export const rollBackAlias = (projectId: string, alias: AliasName, reason: string) =>
  post<Alias>("/api/aliases/rollback/", { project: projectId, alias, reason } satisfies Rollback);
