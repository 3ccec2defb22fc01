import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { keys } from "./keys";
import { allOf, cursorOf } from "./pages";
import type { Clip, ClipEdit, ClipState, Job, Page, Preannotate, Queue, Subject } from "./types";

export interface ClipFilter {
  state: ClipState | null;
  subject: string | null;
  search: string;
}

export const clipListQuery = (projectId: string, filter: ClipFilter) =>
  infiniteQueryOptions({
    queryKey: keys.clipList(projectId, filter),
    queryFn: ({ pageParam, signal }) =>
      get<Page<Clip>>(
        "/api/clips/",
        { project: projectId, ...filter, page_size: 60, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
  });

export const clipQuery = (clipId: string) =>
  queryOptions({
    queryKey: keys.clip(clipId),
    queryFn: ({ signal }) => get<Clip>(`/api/clips/${clipId}/`, {}, signal),
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

export const deleteClip = (clipId: string) => remove(`/api/clips/${clipId}/`);

export const preannotateClip = (clipId: string) =>
  post<Job>("/api/preannotations/", { clip: clipId } satisfies Preannotate);
