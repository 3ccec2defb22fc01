import { Button, Group, Loader, Text } from "@mantine/core";
import { IconPlayerRecordFilled, IconPlayerStopFilled } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { LiveSession, Recording } from "../api/types";
import { uploadQuery } from "../api/uploads";
import classes from "./live.module.css";
import type { LiveSnapshot } from "./snapshot";

/** 65 -> "1:05" */
export const runningTime = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

interface RecordPanelProps {
  session: LiveSession;
  snapshot: LiveSnapshot;
  hasPicture: boolean;
  isStopping: boolean;
  onRecord: () => void;
  onStop: () => void;
}

/** Record, and follow what was recorded until it stands in the annotator. */
export function RecordPanel({
  session,
  snapshot,
  hasPicture,
  isStopping,
  onRecord,
  onStop,
}: RecordPanelProps) {
  const { recording } = session;
  const isRunning = recording?.state === "recording" && recording.stop_asked_at === null;
  const isClosing = recording?.state === "recording" && !isRunning;
  return (
    <section className={classes.section} aria-label="Recording">
      <h2 className={classes.heading}>Recording</h2>
      {isRunning && recording ? (
        <Group gap={8} wrap="nowrap">
          <span className={classes.recording}>● {recording.subject}</span>
          <Running since={recording.started_at} />
          <Button
            ml="auto"
            size="xs"
            color="red"
            loading={isStopping}
            leftSection={<IconPlayerStopFilled size={14} />}
            onClick={onStop}
          >
            Stop
          </Button>
        </Group>
      ) : (
        <Button
          fullWidth
          size="xs"
          variant="default"
          disabled={!hasPicture || isClosing}
          leftSection={<IconPlayerRecordFilled size={14} color="#ff6b6b" />}
          onClick={onRecord}
        >
          Record…
        </Button>
      )}
      {isRunning && snapshot.recording !== null && (
        <Text size="xs" c="dimmed" mt={4}>
          {snapshot.recording.frames} frames kept
          {snapshot.recording.lost > 0 && `, ${snapshot.recording.lost} lost: the disk is slow`}
        </Text>
      )}
      {snapshot.recordingReason !== "" && (
        <Text size="xs" c="orange.4" mt={4}>
          {snapshot.recordingReason}
        </Text>
      )}
      {recording !== null && !isRunning && <Way recording={recording} />}
    </section>
  );
}

function Running({ since }: { since: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = (now - new Date(since).getTime()) / 1000;
  return (
    <Text size="sm" fw={600} role="timer" aria-label="Recorded so far">
      {runningTime(seconds)}
    </Text>
  );
}

/** From recording to clip: what is done, what is being done, and where to go. */
function Way({ recording }: { recording: Recording }) {
  const { state, clip_id: clipId } = recording;
  const isIngesting = state === "ingesting";
  const upload = useQuery({
    ...uploadQuery(clipId ?? ""),
    enabled: isIngesting && clipId !== null,
  });
  if (state === "failed") {
    return (
      <Text size="xs" c="red.4" mt={8} role="alert">
        {recording.error || "The recording failed."}
      </Text>
    );
  }
  if (state === "done" && clipId !== null) {
    return (
      <div className={classes.way} role="status">
        <Text size="xs">
          {recording.frame_count} frames of {recording.subject} are a clip now
          {recording.is_preannotation_asked
            ? "; the model's suggestions come to the queue."
            : ". No model looked at it."}
        </Text>
        <Button
          size="xs"
          mt={6}
          fullWidth
          renderRoot={(props) => (
            <Link to="/clips/$clipId/annotate" params={{ clipId }} {...props} />
          )}
        >
          Annotate the clip
        </Button>
      </div>
    );
  }
  if (isIngesting && clipId !== null && upload.data?.state === "awaiting_release") {
    return (
      <div className={classes.way} role="status">
        <Text size="xs">The recording waits for a look: is anything identifying on it?</Text>
        <Button
          size="xs"
          mt={6}
          fullWidth
          renderRoot={(props) => (
            <Link to="/uploads/$uploadId" params={{ uploadId: clipId }} {...props} />
          )}
        >
          Look at it
        </Button>
      </div>
    );
  }
  return (
    <Group gap={8} mt={8} role="status">
      <Loader size={14} />
      <Text size="xs">{isIngesting ? "Becoming a clip…" : "The recording is being closed…"}</Text>
    </Group>
  );
}
