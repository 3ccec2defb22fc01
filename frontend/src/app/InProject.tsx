import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { projectQuery } from "../api/projects";
import type { Project } from "../api/types";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";

interface InProjectProps {
  projectId: string;
  children: (project: Project) => ReactNode;
}

/** Gives a room its project; a project that is not one's own looks like none at all. */
export function InProject({ projectId, children }: InProjectProps) {
  const project = useQuery(projectQuery(projectId));
  if (project.data !== undefined) return children(project.data);
  if (project.isPending) return <Skeleton m="lg" height={240} />;
  return (
    <RoomPage title="Project">
      <Problem error={project.error} onRetry={project.refetch} />
    </RoomPage>
  );
}
