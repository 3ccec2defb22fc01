import { queryOptions, useQuery } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { keys } from "./keys";
import { allOf } from "./pages";
import type {
  ApiToken,
  ApiTokenCreated,
  AuditRecord,
  MemberAdd,
  MemberAdded,
  Membership,
  Procedure,
  Project,
  ProjectCreate,
  Role,
  TokenCreate,
} from "./types";

export const projectsQuery = queryOptions({
  queryKey: keys.projects,
  queryFn: ({ signal }) => allOf<Project>("/api/projects/", {}, signal),
  staleTime: 60_000,
});

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.project(projectId),
    queryFn: ({ signal }) => get<Project>(`/api/projects/${projectId}/`, {}, signal),
    staleTime: 60_000,
  });

export const useProject = (projectId: string): Project | undefined =>
  useQuery(projectQuery(projectId)).data;

export const proceduresQuery = queryOptions({
  queryKey: keys.procedures,
  queryFn: ({ signal }) => allOf<Procedure>("/api/procedures/", {}, signal),
  staleTime: 300_000,
});

export const createProject = (body: ProjectCreate) => post<Project>("/api/projects/", body);

export const membersQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.members(projectId),
    queryFn: ({ signal }) => allOf<Membership>("/api/memberships/", { project: projectId }, signal),
  });

export const inviteMember = (body: MemberAdd) => post<MemberAdded>("/api/memberships/", body);

export const changeRole = (membershipId: string, role: Role) =>
  patch<Membership>(`/api/memberships/${membershipId}/`, { role });

export const removeMember = (membershipId: string) => remove(`/api/memberships/${membershipId}/`);

export const tokensQuery = queryOptions({
  queryKey: keys.tokens,
  queryFn: ({ signal }) => allOf<ApiToken>("/api/tokens/", {}, signal),
});

export const createToken = (body: TokenCreate) => post<ApiTokenCreated>("/api/tokens/", body);

export const removeToken = (tokenId: string) => remove(`/api/tokens/${tokenId}/`);

export const auditQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.audit(projectId),
    queryFn: ({ signal }) => allOf<AuditRecord>("/api/audit/", { project: projectId }, signal, 1),
  });
