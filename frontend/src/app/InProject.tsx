import { Skeleton } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { projectQuery } from "../api/projects";
import type { Project } from "../api/types";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { type RoomName, roomsOf } from "./rooms";

interface InProjectProps {
  projectId: string;
  /** The room, where not every role has it. */
  room?: RoomName;
  children: (project: Project) => ReactNode;
}

/** Gives a room its project; a project that is not one's own looks like none at all. */
export function InProject({ projectId, room, children }: InProjectProps) {
  const project = useQuery(projectQuery(projectId));
  if (project.data !== undefined) {
    const isAllowed = roomsOf(project.data.role).some(({ name }) => name === room);
    return room === undefined || isAllowed ? children(project.data) : <ClosedRoom name={room} />;
  }
  if (project.isPending) return <Skeleton m="lg" height={240} />;
  return (
    <RoomPage title="Project">
      <Problem error={project.error} onRetry={project.refetch} />
    </RoomPage>
  );
}

function ClosedRoom({ name }: { name: string }) {
  return (
    <RoomPage title={name}>
      <EmptyState icon={IconLock} title="For experts and admins">
        Your role in this project is to look and to learn: the clips are in the library.
      </EmptyState>
    </RoomPage>
  );
}
