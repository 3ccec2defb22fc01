import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { clipQuery } from "../api/clips";
import { projectsQuery } from "../api/projects";
import type { Project } from "../api/types";
import { uploadQuery } from "../api/uploads";

const STORED = "fascicle.project";

export const rememberedProjectId = (): string | null => localStorage.getItem(STORED);

/** The project a page is about: of its address, else of its clip or upload, else the one used last. */
export function useCurrentProject(): Project | null {
  const { projectId, clipId, uploadId } = useParams({ strict: false });
  const projects = useQuery(projectsQuery).data;
  const clip = useQuery({ ...clipQuery(clipId ?? ""), enabled: clipId !== undefined }).data;
  const upload = useQuery({ ...uploadQuery(uploadId ?? ""), enabled: uploadId !== undefined }).data;
  const wanted = projectId ?? clip?.project ?? upload?.project ?? rememberedProjectId();
  const project = projects?.find(({ id }) => id === wanted) ?? null;
  useEffect(() => {
    if (project !== null) localStorage.setItem(STORED, project.id);
  }, [project]);
  return project;
}
