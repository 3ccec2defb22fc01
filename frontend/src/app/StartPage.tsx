import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { projectsQuery } from "../api/projects";
import { rememberedProjectId } from "./useCurrentProject";

/** `/` and `/live`: on to the project used last, or the only one, or the choice of projects. */
export function StartPage({ room = "library" }: { room?: "library" | "live" }) {
  const projects = useQuery(projectsQuery);
  if (projects.isPending) return <Skeleton m="lg" height={200} />;
  const remembered = rememberedProjectId();
  const project =
    projects.data?.find(({ id }) => id === remembered) ??
    (projects.data?.length === 1 ? projects.data[0] : undefined);
  if (project === undefined) return <Navigate to="/projects" replace />;
  return (
    <Navigate to={`/projects/$projectId/${room}`} params={{ projectId: project.id }} replace />
  );
}
