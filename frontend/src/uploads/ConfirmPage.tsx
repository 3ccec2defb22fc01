import { Anchor, Button, Loader, Skeleton } from "@mantine/core";
import { IconCircleCheck, IconEyeSearch, IconMoodEmpty } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { UploadDetail } from "../api/types";
import { uploadQuery } from "../api/uploads";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { ConfirmRoom } from "./ConfirmRoom";

/** Where a recording is looked at before it becomes a clip; or says why there is nothing to do. */
export function ConfirmPage({ uploadId }: { uploadId: string }) {
  const upload = useQuery(uploadQuery(uploadId));
  if (upload.isPending) return <Skeleton m="lg" height={320} />;
  if (upload.data === undefined) {
    return (
      <RoomPage title="Recording">
        <Problem error={upload.error} onRetry={upload.refetch} />
      </RoomPage>
    );
  }
  const { state, facts } = upload.data;
  if (state === "awaiting_release" && facts !== null) {
    return <ConfirmRoom upload={upload.data} facts={facts} />;
  }
  return (
    <RoomPage title={upload.data.title}>
      <NothingToConfirm upload={upload.data} />
    </RoomPage>
  );
}

function NothingToConfirm({ upload }: { upload: UploadDetail }) {
  const toLibrary = (
    <Anchor
      c="iris.3"
      renderRoot={(props) => (
        <Link to="/projects/$projectId/library" params={{ projectId: upload.project }} {...props} />
      )}
    >
      Back to the library
    </Anchor>
  );
  switch (upload.state) {
    case "done":
      return (
        <EmptyState
          icon={IconCircleCheck}
          title="This recording is a clip now"
          action={
            <Button
              renderRoot={(props) => (
                <Link to="/clips/$clipId/annotate" params={{ clipId: upload.id }} {...props} />
              )}
            >
              Open the clip
            </Button>
          }
        >
          {upload.released_by === null
            ? "It has been released."
            : `${upload.released_by.name} has released it.`}
        </EmptyState>
      );
    case "failed":
    case "cancelled":
      return (
        <EmptyState
          icon={IconMoodEmpty}
          title={upload.state === "failed" ? "This became no clip" : "This recording was discarded"}
          action={toLibrary}
        >
          {upload.error || "Nothing of it is kept."}
        </EmptyState>
      );
    default:
      return (
        <EmptyState
          icon={IconEyeSearch}
          title={
            upload.state === "receiving"
              ? "This recording is still arriving"
              : upload.state === "ingesting"
                ? "This recording is being taken in"
                : "This recording is being inspected"
          }
          action={upload.state === "receiving" ? toLibrary : <Loader size="sm" />}
        >
          {upload.state === "inspecting"
            ? "Its frames are read, and what may name someone is looked for. This page goes on by itself."
            : "This page goes on by itself."}
        </EmptyState>
      );
  }
}
