import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { keys } from "./keys";
import { allOf, cursorOf } from "./pages";
import type {
  Clip,
  ClipBulk,
  ClipBulkDone,
  ClipDetail,
  ClipEdit,
  ClipState,
  FrameTable,
  Job,
  Page,
  Preannotate,
  ProjectFacets,
  ProjectStorage,
  Queue,
  Subject,
} from "./types";

export interface ClipFilter {
  state: ClipState | null;
  subject: string | null;
  search: string;
  scanner: string | null;
  /** A person who has begun to read the clip. */
  assignee: string | null;
  /** Deleted clips instead of those that are there; for admins. */
  deleted: boolean;
}

export const clipListQuery = (projectId: string, filter: ClipFilter) =>
  infiniteQueryOptions({
    queryKey: keys.clipList(projectId, filter),
    queryFn: ({ pageParam, signal }) =>
      get<Page<Clip>>(
        "/api/clips/",
        {
          project: projectId,
          ...filter,
          deleted: filter.deleted || null,
          page_size: 60,
          cursor: pageParam,
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
  });

export const clipQuery = (clipId: string) =>
  queryOptions({
    queryKey: keys.clip(clipId),
    queryFn: ({ signal }) => get<ClipDetail>(`/api/clips/${clipId}/`, {}, signal),
    staleTime: 300_000,
  });

export const frameTableQuery = (clipId: string) =>
  queryOptions({
    queryKey: keys.frameTable(clipId),
    queryFn: ({ signal }) => get<FrameTable>(`/api/clips/${clipId}/frame-table/`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const queueQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.queue(projectId),
    queryFn: ({ signal }) => get<Queue>("/api/queue/", { project: projectId }, signal),
  });

export const subjectsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.subjects(projectId),
    queryFn: ({ signal }) => allOf<Subject>("/api/subjects/", { project: projectId }, signal),
  });

export const changeClip = (clipId: string, body: ClipEdit) =>
  patch<Clip>(`/api/clips/${clipId}/`, body);

/** What the clips of a project can be narrowed to. */
export const facetsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.facets(projectId),
    queryFn: ({ signal }) => get<ProjectFacets>(`/api/projects/${projectId}/facets/`, {}, signal),
    staleTime: 60_000,
  });

export const storageQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.storage(projectId),
    queryFn: ({ signal }) => get<ProjectStorage>(`/api/projects/${projectId}/storage/`, {}, signal),
    staleTime: 60_000,
  });

/** All of them or none. */
export const changeClips = (body: ClipBulk) => post<ClipBulkDone>("/api/clips/bulk/", body);

export const deleteClip = (clipId: string) => remove(`/api/clips/${clipId}/`);

export const preannotateClip = (clipId: string) =>
  post<Job>("/api/preannotations/", { clip: clipId } satisfies Preannotate);
