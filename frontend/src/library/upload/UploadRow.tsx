import { ActionIcon, Anchor, Group, Progress, Stack, Text, Tooltip } from "@mantine/core";
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconX,
  type TablerIcon,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { jobQuery } from "../../api/jobs";
import { cancelUpload, uploadQuery } from "../../api/uploads";
import { bytes, percent } from "../../format/text";
import { tellError } from "../../parts/tell";
import { useUploads } from "./UploadProvider";
import classes from "./upload.module.css";
import { isAtWork, isLeaving, type Upload } from "./uploadQueue";

const STEP: Record<Upload["state"], string> = {
  waiting: "Waiting for its turn",
  sending: "Sending",
  paused: "Paused",
  inspecting: "Being inspected",
  awaiting_release: "Read.",
  ingesting: "Being taken in",
  done: "Ready",
  failed: "Failed",
  cancelled: "Cancelled",
};

/** One file on its way, by the name that only this page knows. */
export function UploadRow({ upload }: { upload: Upload }) {
  const { cancel, pause, resume, retry } = useUploads();
  const { id, file, state, sentBytes, progress, message, error, uploadId, details } = upload;
  useServerSide(upload);
  const share = state === "sending" || state === "paused" ? sentBytes / file.size : progress;
  const isMoving = state === "sending" || state === "paused" || isAtWork(upload);
  const onCancel = () => {
    cancel(id);
    if (isAtWork(upload) && uploadId !== null) {
      cancelUpload(uploadId).catch((refusal: unknown) => tellError(refusal, "Not cancelled"));
    }
  };
  return (
    <Stack gap={3} py={6} className={classes.row}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" truncate title={file.name}>
          {file.name}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
            {details.subject} ·{" "}
            {state === "sending" || state === "paused"
              ? `${bytes(sentBytes)} of ${bytes(file.size)}`
              : bytes(file.size)}
          </Text>
          {state === "sending" && (
            <Act
              label="Pause"
              name={`Pause ${file.name}`}
              icon={IconPlayerPause}
              onClick={() => pause(id)}
            />
          )}
          {state === "paused" && (
            <Act
              label="Go on"
              name={`Go on with ${file.name}`}
              icon={IconPlayerPlay}
              onClick={() => resume(id)}
            />
          )}
          {(isLeaving(upload) || isAtWork(upload)) && (
            <Act label="Cancel" name={`Cancel ${file.name}`} icon={IconX} onClick={onCancel} />
          )}
          {(state === "failed" || state === "cancelled") &&
            upload.clipId === null &&
            upload.twinId === null && (
              <Act
                label="Send again"
                name={`Send ${file.name} again`}
                icon={IconRefresh}
                onClick={() => retry(id)}
              />
            )}
        </Group>
      </Group>
      {isMoving && (
        <Progress
          value={share * 100}
          size="sm"
          color={
            isAtWork(upload) ? "teal" : state === "paused" || message !== "" ? "dark.3" : "iris"
          }
          aria-label={`${file.name}: ${STEP[state]} ${percent(share)}`}
        />
      )}
      <Text size="xs" c={state === "failed" ? "red.3" : "dimmed"}>
        {state === "failed" ? error : message || STEP[state]}
        {isMoving && ` · ${percent(share)}`} <WayOn upload={upload} />
      </Text>
    </Stack>
  );
}

/** Follow on the server what this page has sent. */
function useServerSide(upload: Upload): void {
  const { hear, work } = useUploads();
  const { id, uploadId, state } = upload;
  const isFollowed = uploadId !== null && (isAtWork(upload) || state === "awaiting_release");
  const row = useQuery({ ...uploadQuery(uploadId ?? ""), enabled: isFollowed }).data;
  const jobId = row?.job ?? null;
  const job = useQuery({
    ...jobQuery(jobId ?? ""),
    enabled: jobId !== null && isAtWork(upload),
  }).data;
  useEffect(() => {
    if (row !== undefined && isFollowed && row.state !== state) hear(id, row);
  }, [id, row, state, isFollowed, hear]);
  useEffect(() => {
    if (job !== undefined) work(id, job);
  }, [id, job, work]);
}

function WayOn({ upload: { state, uploadId, clipId, twinId } }: { upload: Upload }) {
  const waitingId = twinId ?? (state === "awaiting_release" ? uploadId : null);
  if (clipId !== null) {
    return (
      <Anchor
        size="xs"
        c="iris.3"
        renderRoot={(props) => <Link to="/clips/$clipId/annotate" params={{ clipId }} {...props} />}
      >
        Open the clip
      </Anchor>
    );
  }
  if (waitingId === null) return null;
  return (
    <Anchor
      size="xs"
      c="iris.3"
      fw={600}
      renderRoot={(props) => (
        <Link to="/uploads/$uploadId" params={{ uploadId: waitingId }} {...props} />
      )}
    >
      Look at what will be kept
    </Anchor>
  );
}

interface ActProps {
  label: string;
  name: string;
  icon: TablerIcon;
  onClick: () => void;
}

function Act({ label, name, icon: Icon, onClick }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={name} onClick={onClick}>
        <Icon size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
