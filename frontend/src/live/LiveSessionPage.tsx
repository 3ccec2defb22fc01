import { Button, Skeleton } from "@mantine/core";
import { IconBroadcastOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { liveSessionQuery } from "../api/live";
import type { LiveSession, Project } from "../api/types";
import { moment } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { LiveRoom } from "./LiveRoom";
import { UnderstandGate } from "./UnderstandGate";
import { useLiveView } from "./useLiveView";

export function LiveSessionPage({ project, sessionId }: { project: Project; sessionId: string }) {
  const session = useQuery(liveSessionQuery(sessionId));
  if (session.data !== undefined) {
    // who is watching stays in the room, which says that it is over and where the recording is
    return (
      <UnderstandGate sessionId={sessionId}>
        <Watched key={sessionId} project={project} session={session.data} />
      </UnderstandGate>
    );
  }
  if (session.isPending) return <Skeleton m="lg" height={320} />;
  return (
    <RoomPage title="Live">
      <Problem error={session.error} onRetry={session.refetch} />
    </RoomPage>
  );
}

function Watched({ project, session }: { project: Project; session: LiveSession }) {
  const view = useLiveView(session.id);
  if (view === null) return <Skeleton m="lg" height={320} />;
  const isOver = session.ended_at !== null && view.getSnapshot().lastPictureAt === null;
  if (isOver && session.recording === null) return <Over project={project} session={session} />;
  return <LiveRoom project={project} session={session} view={view} />;
}

function Over({ project, session }: { project: Project; session: LiveSession }) {
  return (
    <EmptyState
      icon={IconBroadcastOff}
      title="This session has ended"
      action={
        <Button
          mt="xs"
          renderRoot={(props) => (
            <Link to="/projects/$projectId/live" params={{ projectId: project.id }} {...props} />
          )}
        >
          To the live sessions
        </Button>
      }
    >
      {session.device_name} streamed until {moment(session.ended_at ?? session.created_at)}.
    </EmptyState>
  );
}
