import { useQuery } from "@tanstack/react-query";
import { projectsQuery } from "../api/projects";
import type { Upload } from "../api/types";
import { liveUploadsQuery } from "../api/uploads";

/** The recordings of a project that nobody has released, newest first; none for trainees. */
export function useWaitingForALook(projectId: string | null): readonly Upload[] {
  const projects = useQuery(projectsQuery).data;
  const role = projects?.find(({ id }) => id === projectId)?.role ?? "trainee";
  const rows = useQuery({ ...liveUploadsQuery(projectId ?? ""), enabled: role !== "trainee" }).data;
  return rows?.filter(({ state }) => state === "awaiting_release") ?? [];
}
