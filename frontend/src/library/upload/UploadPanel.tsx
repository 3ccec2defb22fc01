import {
  ActionIcon,
  Anchor,
  Button,
  Group,
  Paper,
  Progress,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp, IconRefresh, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { cancelJob, jobQuery } from "../../api/jobs";
import { bytes, percent } from "../../format/text";
import { tellError } from "../../parts/tell";
import { useUploads } from "./UploadProvider";
import classes from "./upload.module.css";
import type { Upload } from "./uploadQueue";

/** Floats at the corner while files are on their way; says per file where it stands. */
export function UploadPanel({ isUnderWay }: { isUnderWay: boolean }) {
  const { uploads, clear } = useUploads();
  const [isUnfolded, fold] = useDisclosure(true);
  const finished = uploads.filter(({ state }) => state === "done").length;
  return (
    <Paper
      withBorder
      shadow="lg"
      bg="dark.6"
      className={classes.panel}
      role="region"
      aria-label="Uploads"
    >
      <Group justify="space-between" px="sm" py={8} wrap="nowrap">
        <Text size="sm" fw={600} role="status">
          {isUnderWay ? "Uploading" : "Uploads"} · {finished} of {uploads.length} ready
        </Text>
        <Group gap={2} wrap="nowrap">
          {!isUnderWay && (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={clear}>
              Close
            </Button>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={isUnfolded ? "Fold the uploads" : "Unfold the uploads"}
            aria-expanded={isUnfolded}
            onClick={fold.toggle}
          >
            {isUnfolded ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
          </ActionIcon>
        </Group>
      </Group>
      {isUnfolded && (
        <ScrollArea.Autosize mah={300} type="auto">
          <Stack gap={0} px="sm" pb="xs">
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Paper>
  );
}

const STEP: Record<Upload["state"], string> = {
  waiting: "Waiting for its turn",
  sending: "Sending",
  ingesting: "Reading the frames",
  done: "Ready",
  failed: "Failed",
  cancelled: "Cancelled",
};

function UploadRow({ upload }: { upload: Upload }) {
  const { cancel, retry, ingest } = useUploads();
  const { id, file, state, progress, message, error, jobId, clipId, details } = upload;
  const job = useQuery({
    ...jobQuery(jobId ?? ""),
    enabled: jobId !== null && state === "ingesting",
  }).data;
  useEffect(() => {
    if (job !== undefined) ingest(id, job);
  }, [id, job, ingest]);

  const isMoving = state === "sending" || state === "ingesting";
  const onCancel = () => {
    if (state === "ingesting" && jobId !== null) {
      cancelJob(jobId).catch((refusal: unknown) => tellError(refusal, "Not cancelled"));
    } else cancel(id);
  };
  return (
    <Stack gap={3} py={6} className={classes.row}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" truncate title={file.name}>
          {file.name}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
            {details.subject} · {bytes(file.size)}
          </Text>
          {(state === "waiting" || isMoving) && (
            <Tooltip label="Cancel">
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`Cancel ${file.name}`}
                onClick={onCancel}
              >
                <IconX size={14} />
              </ActionIcon>
            </Tooltip>
          )}
          {(state === "failed" || state === "cancelled") && clipId === null && (
            <Tooltip label="Send again">
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`Send ${file.name} again`}
                onClick={() => retry(id)}
              >
                <IconRefresh size={14} />
              </ActionIcon>
            </Tooltip>
          )}
        </Group>
      </Group>
      {isMoving && (
        <Progress
          value={progress * 100}
          size="sm"
          color={state === "ingesting" ? "teal" : "iris"}
          aria-label={`${file.name}: ${STEP[state]} ${percent(progress)}`}
        />
      )}
      <Text size="xs" c={state === "failed" ? "red.3" : "dimmed"}>
        {state === "failed" ? error : message || STEP[state]}
        {isMoving && ` · ${percent(progress)}`}{" "}
        {clipId !== null && (
          <Anchor
            size="xs"
            c="iris.3"
            renderRoot={(props) => (
              <Link to="/clips/$clipId/annotate" params={{ clipId }} {...props} />
            )}
          >
            Open the clip
          </Anchor>
        )}
      </Text>
    </Stack>
  );
}
