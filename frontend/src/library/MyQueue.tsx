import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { queueQuery } from "../api/clips";
import type { Clip } from "../api/types";
import { ago } from "../format/text";
import { Problem } from "../parts/Problem";
import { taskNote } from "../queue/dueText";
import { lengthOf, Thumbnail } from "./ClipCard";
import { byRank, clipRanksQuery } from "./clipRanks";
import classes from "./library.module.css";

const SHOWN = 4;

/** What waits for this person: returned work first, then reviews, then clips nobody has begun. */
export function MyQueue({ projectId }: { projectId: string }) {
  const queue = useQuery(queueQuery(projectId));
  const ranks = useQuery(clipRanksQuery(projectId)).data ?? [];
  if (queue.isError) return <Problem error={queue.error} onRetry={queue.refetch} />;
  if (queue.data === undefined) return null;
  const { to_annotate: toAnnotate, to_review: toReview, returned, assigned } = queue.data;
  const { assigned_count: assignedCount } = queue.data;
  if (toAnnotate.length + toReview.length + returned.length + assignedCount === 0) return null;
  return (
    <section aria-labelledby="my-queue">
      <Group justify="space-between" mb="xs">
        <Title order={2} id="my-queue">
          My queue
        </Title>
        <Link to="/projects/$projectId/queue" params={{ projectId }} className={classes.more}>
          All that waits for you
        </Link>
      </Group>
      <div className={classes.queue}>
        <QueueList title="Returned to you" size={returned.length} isEmptyShown={false} empty="">
          {returned.slice(0, SHOWN).map(({ clip, annotation_set: set }) => (
            <QueueLink key={set.id} clip={clip} note={`returned ${ago(set.updated_at)}`} />
          ))}
        </QueueList>
        <QueueList title="Assigned to you" size={assignedCount} isEmptyShown={false} empty="">
          {assigned.slice(0, SHOWN).map((one) => (
            <QueueLink
              key={one.id}
              clip={one.clip}
              {...(one.annotation_set === null ? {} : { setId: one.annotation_set.id })}
              note={taskNote(one)}
            />
          ))}
        </QueueList>
        <QueueList title="To review" size={toReview.length} empty="No colleague waits for you.">
          {toReview.slice(0, SHOWN).map(({ clip, annotation_set: set }) => (
            <QueueLink
              key={set.id}
              clip={clip}
              setId={set.id}
              note={`by ${set.author?.name ?? "a colleague"}`}
            />
          ))}
        </QueueList>
        <QueueList
          title="To annotate"
          size={toAnnotate.length}
          empty="Every clip has been begun. Upload more, or review."
        >
          {byRank(toAnnotate, ranks)
            .slice(0, SHOWN)
            .map((clip) => (
              <QueueLink
                key={clip.id}
                clip={clip}
                note={ranks.find((one) => one.clip === clip.id)?.words ?? lengthOf(clip)}
              />
            ))}
        </QueueList>
      </div>
    </section>
  );
}

interface QueueListProps {
  title: string;
  size: number;
  empty: string;
  isEmptyShown?: boolean;
  children: ReactNode;
}

function QueueList({ title, size, empty, isEmptyShown = true, children }: QueueListProps) {
  if (size === 0 && !isEmptyShown) return null;
  return (
    <Paper withBorder p="xs" bg="dark.6">
      <Group justify="space-between" px={6} mb={4}>
        <Title order={3}>{title}</Title>
        <Text size="sm" c="dimmed">
          {size >= 50 ? "50 or more" : size}
        </Text>
      </Group>
      <Stack gap={0}>
        {size === 0 ? (
          <Text size="sm" c="dimmed" px={6} pb={4}>
            {empty}
          </Text>
        ) : (
          children
        )}
        {size > SHOWN && (
          <Text size="xs" c="dimmed" px={6} pt={4}>
            and {size - SHOWN} more
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

export function QueueLink({ clip, note, setId }: { clip: Clip; note: string; setId?: string }) {
  const content = (
    <>
      <Thumbnail clip={clip} className={classes.queuePicture} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={550} truncate>
          {clip.title}
        </Text>
        <Text size="xs" c="dimmed" truncate>
          {clip.subject.pseudonym} · {note}
        </Text>
      </div>
    </>
  );
  if (setId !== undefined) {
    return (
      <Link
        to="/clips/$clipId/review/$setId"
        params={{ clipId: clip.id, setId }}
        className={classes.queueItem}
      >
        {content}
      </Link>
    );
  }
  return (
    <Link to="/clips/$clipId/annotate" params={{ clipId: clip.id }} className={classes.queueItem}>
      {content}
    </Link>
  );
}
