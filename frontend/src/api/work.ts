import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { get, patch, post, put } from "./client";
import { keys } from "./keys";
import { cursorOf } from "./pages";
import type {
  Assign,
  AssignCheck,
  Assigned,
  Assignment,
  AssignmentRule,
  Notice,
  Page,
  QueuePage,
} from "./types";

/** What was assigned to the person, page by page, those due first. */
export const assignedQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: keys.queueAssigned(projectId),
    queryFn: ({ pageParam, signal }) =>
      get<QueuePage>("/api/queue/assigned/", { project: projectId, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.after,
  });

export interface AssignmentFilter {
  state: "open" | "done" | "withdrawn" | null;
  assignee: string | null;
}

/** All of a project, for its admins; newest first. */
export const assignmentsQuery = (projectId: string, filter: AssignmentFilter) =>
  infiniteQueryOptions({
    queryKey: [...keys.assignments(projectId), filter] as const,
    queryFn: ({ pageParam, signal }) =>
      get<Page<Assignment>>(
        "/api/assignments/",
        { project: projectId, ...filter, cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => cursorOf(page.next),
  });

export const assignClips = (body: Assign) => post<Assigned>("/api/assignments/", body);

/** Clips that measure their reader, who is not told. */
export const assignChecks = (body: AssignCheck) => post<Assigned>("/api/assignments/checks/", body);

export const withdrawAssignment = (id: string) =>
  post<Assignment>(`/api/assignments/${id}/withdraw/`);

export const postponeAssignment = (id: string, dueOn: string | null) =>
  patch<Assignment>(`/api/assignments/${id}/`, { due_on: dueOn });

export const assignmentRuleQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.assignmentRule(projectId),
    queryFn: ({ signal }) => get<AssignmentRule>(`/api/assignment-rules/${projectId}/`, {}, signal),
  });

export const setAssignmentRule = (projectId: string, rule: AssignmentRule) =>
  put<AssignmentRule>(`/api/assignment-rules/${projectId}/`, rule);

const ASK_EVERY_MS = 60_000;

export const unreadQuery = queryOptions({
  queryKey: [...keys.notices, "count"] as const,
  queryFn: ({ signal }) => get<{ unread: number }>("/api/notices/count/", {}, signal),
  refetchInterval: ASK_EVERY_MS,
});

/** The newest fifty. */
export const noticesQuery = queryOptions({
  queryKey: [...keys.notices, "list"] as const,
  queryFn: ({ signal }) => get<Page<Notice>>("/api/notices/", {}, signal),
});

/** Without any named, all. */
export const readNotices = (notices: readonly string[] | null, isRead: boolean) =>
  post<{ unread: number }>("/api/notices/read/", { notices, is_read: isRead });

export const noticeMailQuery = queryOptions({
  queryKey: keys.noticeMail,
  queryFn: ({ signal }) => get<{ is_mail_muted: boolean }>("/api/notices/mail/", {}, signal),
});

export const muteNoticeMail = (isMuted: boolean) =>
  put<{ is_mail_muted: boolean }>("/api/notices/mail/", { is_mail_muted: isMuted });
