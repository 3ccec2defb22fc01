import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { liveSessionQuery } from "../api/live";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";

/** `/live/SESSION`: a short address to type on a phone, on to the session in its project. */
export function ToLiveSession({ sessionId }: { sessionId: string }) {
  const session = useQuery(liveSessionQuery(sessionId));
  if (session.data !== undefined) {
    const params = { projectId: session.data.project, sessionId };
    return <Navigate to="/projects/$projectId/live/$sessionId" params={params} replace />;
  }
  if (session.isPending) return <Skeleton m="lg" height={240} />;
  return (
    <RoomPage title="Live">
      <Problem error={session.error} onRetry={session.refetch} />
    </RoomPage>
  );
}
