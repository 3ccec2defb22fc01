import {
  Badge,
  Button,
  Code,
  Group,
  Paper,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { IconBroadcast, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { liveSessionsQuery } from "../api/live";
import type { LiveSession, Project } from "../api/types";
import { ago } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { DevicesPanel } from "./DevicesPanel";
import classes from "./live.module.css";

/** Scanners that stream into the project now, and the bridges that may. */
export function LivePage({ project }: { project: Project }) {
  const sessions = useQuery(liveSessionsQuery(project.id));
  const mayPair = project.role !== "trainee";
  return (
    <RoomPage
      title="Live"
      subtitle="Scanners streaming now. Research use only – not for diagnosis, not for guiding needles."
    >
      <Stack gap="xl">
        {sessions.isPending && <Skeleton height={120} />}
        {sessions.isError && <Problem error={sessions.error} onRetry={sessions.refetch} />}
        {sessions.data?.length === 0 && <Nothing mayPair={mayPair} />}
        {sessions.data !== undefined && sessions.data.length > 0 && (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {sessions.data.map((session) => (
              <SessionCard key={session.id} session={session} />
            ))}
          </SimpleGrid>
        )}
        {mayPair && <DevicesPanel project={project} />}
      </Stack>
    </RoomPage>
  );
}

const LOOKS: Record<string, { colour: string; label: string }> = {
  LIVE: { colour: "teal", label: "Live" },
  FROZEN: { colour: "blue", label: "Frozen" },
  CONNECTING: { colour: "yellow", label: "Connecting" },
  STALLED: { colour: "orange", label: "No picture" },
  LOST: { colour: "red", label: "Scanner lost" },
};

function SessionCard({ session }: { session: LiveSession }) {
  const { seen } = session;
  const look = (seen && LOOKS[seen.state]) ?? { colour: "dark.4", label: "Bridge away" };
  return (
    <Paper withBorder p="md" bg="dark.6">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={2} size="h3">
          {session.device_name}
        </Title>
        <Badge color={look.colour} variant="light" tt="none" radius="sm">
          {look.label}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed" mt={4}>
        {session.source}, since {ago(session.created_at)}
        {seen !== null &&
          ` · ${Math.round(seen.frames_per_second)} frames/s · ${watching(seen.viewers)}`}
      </Text>
      {seen !== null && seen.reason !== "" && (
        <Text size="sm" mt={4}>
          {seen.reason}
        </Text>
      )}
      <Text size="sm" mt={4}>
        {session.model ? `Model: version ${session.model.number}` : "No model: picture only"}
      </Text>
      <Button
        mt="sm"
        leftSection={<IconPlayerPlay size={16} />}
        aria-label={`Watch ${session.device_name}`}
        renderRoot={(props) => (
          <Link
            to="/projects/$projectId/live/$sessionId"
            params={{ projectId: session.project, sessionId: session.id }}
            {...props}
          />
        )}
      >
        Watch
      </Button>
    </Paper>
  );
}

const watching = (viewers: number): string =>
  viewers === 1 ? "1 watching" : `${viewers} watching`;

function Nothing({ mayPair }: { mayPair: boolean }) {
  if (!mayPair) {
    return (
      <EmptyState icon={IconBroadcast} title="Nothing is streaming">
        When an expert starts a scanner it appears here by itself.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconBroadcast} title="Nothing is streaming">
      <Stack gap={6}>
        <span>
          On the computer beside the scanner, pair once with a code from below, then start the
          bridge:
        </span>
        <Code block ta="left" className={classes.command}>
          {`fascicle-bridge --server ${window.location.origin} --source clarius:ADDRESS:PORT`}
        </Code>
        <span>
          Without a scanner, <Code>--source phantom</Code> streams a phantom. The session appears
          here by itself.
        </span>
      </Stack>
    </EmptyState>
  );
}
