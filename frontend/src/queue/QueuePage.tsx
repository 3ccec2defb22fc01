import { Badge, Button, Group, Paper, Stack, Tabs, Text, Title } from "@mantine/core";
import { IconChecklist } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queueQuery } from "../api/clips";
import type { Project, QueuedAssignment } from "../api/types";
import { assignedQuery } from "../api/work";
import { ago, count } from "../format/text";
import { lengthOf } from "../library/ClipCard";
import { QueueLink } from "../library/MyQueue";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { daysUntil, dueText, taskNote } from "./dueText";
import { EveryonesWork } from "./EveryonesWork";
import { RuleForm } from "./RuleForm";

/** What waits for the person; for admins also who has what, and the rule by which it comes. */
export function QueuePage({ project }: { project: Project }) {
  const mine = <WaitingForMe projectId={project.id} />;
  return (
    <RoomPage title="Queue" subtitle={project.name}>
      {project.role !== "admin" ? (
        mine
      ) : (
        <Tabs defaultValue="mine" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="mine">Waiting for me</Tabs.Tab>
            <Tabs.Tab value="everyone">Everyone’s work</Tabs.Tab>
            <Tabs.Tab value="rule">Rule</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="mine">{mine}</Tabs.Panel>
          <Tabs.Panel value="everyone">
            <EveryonesWork projectId={project.id} />
          </Tabs.Panel>
          <Tabs.Panel value="rule">
            <RuleForm projectId={project.id} />
          </Tabs.Panel>
        </Tabs>
      )}
    </RoomPage>
  );
}

function WaitingForMe({ projectId }: { projectId: string }) {
  const queue = useQuery(queueQuery(projectId));
  const assigned = useInfiniteQuery(assignedQuery(projectId));
  const failed = [queue, assigned].find((query) => query.isError);
  if (failed) return <Problem error={failed.error} onRetry={() => failed.refetch()} />;
  if (!queue.data || !assigned.data) return null;
  const { returned, to_review: toReview, to_annotate: toAnnotate } = queue.data;
  const mine = assigned.data.pages.flatMap((page) => page.results);
  if (mine.length + returned.length + toReview.length + toAnnotate.length === 0) {
    return (
      <EmptyState icon={IconChecklist} title="Nothing waits for you">
        Clips that are assigned to you, readings to review and work that comes back show up here.
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      {returned.length > 0 && (
        <Waiting title="Returned to you" size={returned.length}>
          {returned.map(({ clip, annotation_set: set }) => (
            <QueueLink key={set.id} clip={clip} note={`returned ${ago(set.updated_at)}`} />
          ))}
        </Waiting>
      )}
      {mine.length > 0 && (
        <Waiting title="Assigned to you" size={queue.data.assigned_count}>
          {mine.map((one) => (
            <AssignedRow key={one.id} one={one} />
          ))}
          {assigned.hasNextPage && (
            <Button
              variant="subtle"
              loading={assigned.isFetchingNextPage}
              onClick={() => void assigned.fetchNextPage()}
            >
              Show more
            </Button>
          )}
        </Waiting>
      )}
      {toReview.length > 0 && (
        <Waiting title="To review, by anyone" size={toReview.length}>
          {toReview.map(({ clip, annotation_set: set }) => (
            <QueueLink
              key={set.id}
              clip={clip}
              setId={set.id}
              note={`by ${set.author?.name ?? "a colleague"}`}
            />
          ))}
        </Waiting>
      )}
      {toAnnotate.length > 0 && (
        <Waiting title="To annotate, free to take" size={toAnnotate.length}>
          {toAnnotate.map((clip) => (
            <QueueLink key={clip.id} clip={clip} note={lengthOf(clip)} />
          ))}
        </Waiting>
      )}
    </Stack>
  );
}

interface WaitingProps {
  title: string;
  size: number;
  children: ReactNode;
}

function Waiting({ title, size, children }: WaitingProps) {
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb={6}>
        <Title order={2}>{title}</Title>
        <Text size="sm" c="dimmed">
          {count(size, "clip")}
        </Text>
      </Group>
      <Paper withBorder p="xs" bg="dark.6">
        {children}
      </Paper>
    </section>
  );
}

function AssignedRow({ one }: { one: QueuedAssignment }) {
  const { clip, annotation_set: set, due_on: dueOn } = one;
  const isLate = dueOn !== null && daysUntil(dueOn) < 0;
  return (
    <Group wrap="nowrap" gap="xs">
      <div style={{ flex: 1, minWidth: 0 }}>
        <QueueLink
          clip={clip}
          note={taskNote({ ...one, due_on: null })}
          {...(set === null ? {} : { setId: set.id })}
        />
      </div>
      {one.is_blinded_to_model && one.task === "annotate" && (
        <Badge size="sm" variant="outline" color="gray" tt="none" visibleFrom="sm">
          without suggestion
        </Badge>
      )}
      {dueOn !== null && (
        <Text size="sm" c={isLate ? "orange.4" : "dimmed"} fw={isLate ? 600 : 400} pr={6}>
          {dueText(dueOn)}
        </Text>
      )}
    </Group>
  );
}
