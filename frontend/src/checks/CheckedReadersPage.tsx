import { Skeleton, Stack, Table, Text } from "@mantine/core";
import { IconLock, IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { shown } from "../agreement/readFigures";
import { checkedReadersQuery } from "../api/checks";
import type { Project, ReaderSummary } from "../api/types";
import { ago, count } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { distance, KIND_NAMES } from "./checkWords";
import { MeasureButton } from "./MeasureButton";

const TITLE = "Re-reads and checks";

/** Who was given a hidden re-read or check, and what came of it; for admins. */
export function CheckedReadersPage({ project }: { project: Project }) {
  return project.role === "admin" ? <Readers project={project} /> : <OnlyForAdmins />;
}

/** What an expert sees in the place of these pages. */
export function OnlyForAdmins() {
  return (
    <RoomPage title={TITLE}>
      <EmptyState icon={IconLock} title="For admins">
        Whoever organises the work sees what re-reads and checks found. Readers are not told which
        clips they are.
      </EmptyState>
    </RoomPage>
  );
}

function Readers({ project }: { project: Project }) {
  const readers = useQuery(checkedReadersQuery(project.id));
  const pending = (readers.data ?? []).reduce((sum, one) => sum + one.pending, 0);
  return (
    <RoomPage
      title={TITLE}
      subtitle="Clips hidden in the queue that measure their reader, who is not told."
      actions={pending > 0 && <MeasureButton projectId={project.id} />}
    >
      {readers.isPending && <Skeleton height={200} />}
      {readers.isError && <Problem error={readers.error} onRetry={readers.refetch} />}
      {readers.data?.length === 0 && <HowToPlant project={project} />}
      {readers.data !== undefined && readers.data.length > 0 && (
        <Stack gap="md">
          {pending > 0 && (
            <Text size="sm" role="status">
              {count(pending, "check waits", "checks wait")} to be measured, or have a truth that
              was changed since.
            </Text>
          )}
          <ReaderTable project={project} readers={readers.data} />
          <Text size="xs" c="dimmed" maw="80ch">
            Dice, F1 and HD95 over all structures and frames that both looked at. What is still open
            on a clip that you are to read yourself is left out, and so are your own open ones.
            Research use only.
          </Text>
        </Stack>
      )}
    </RoomPage>
  );
}

function HowToPlant({ project }: { project: Project }) {
  return (
    <EmptyState icon={IconRepeat} title="No re-read or check was given yet">
      Tick clips in the{" "}
      <Link to="/projects/$projectId/library" params={{ projectId: project.id }}>
        library
      </Link>
      , press “Assign…” and choose “Hidden re-read” (clips that the person handed in two weeks ago
      or earlier) or “Hidden check” (clips with an accepted reading, given to somebody who has not
      read them). They look like any other clip in the reader’s queue. What they find is measured as
      soon as they are handed in, and stands here.
    </EmptyState>
  );
}

function ReaderTable({
  project,
  readers,
}: {
  project: Project;
  readers: readonly ReaderSummary[];
}) {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing="xs" data-testid="checked-readers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Reader</Table.Th>
            <Table.Th>What</Table.Th>
            <Table.Th>Handed in</Table.Th>
            <Table.Th>Open</Table.Th>
            <Table.Th>Dice</Table.Th>
            <Table.Th>F1</Table.Th>
            <Table.Th>HD95</Table.Th>
            <Table.Th>Last</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {readers.flatMap((reader) => {
            const kinds = reader.kinds.filter(({ open, done }) => open + done > 0);
            return kinds.map((kind, place) => (
              <Table.Tr key={`${reader.person.id} ${kind.check_kind}`}>
                {place === 0 && (
                  <Table.Td rowSpan={kinds.length} style={{ verticalAlign: "top" }}>
                    <Link
                      to="/projects/$projectId/agreement/checks/$readerId"
                      params={{ projectId: project.id, readerId: reader.person.id }}
                    >
                      {reader.person.name}
                    </Link>
                  </Table.Td>
                )}
                <Table.Td>{KIND_NAMES[kind.check_kind]}</Table.Td>
                <Table.Td>{kind.done}</Table.Td>
                <Table.Td>{kind.open}</Table.Td>
                <Table.Td>{shown(kind.figures?.dice)}</Table.Td>
                <Table.Td>{shown(kind.figures?.f1)}</Table.Td>
                <Table.Td>{distance(kind.figures, "hd95")}</Table.Td>
                {place === 0 && (
                  <Table.Td rowSpan={kinds.length} style={{ verticalAlign: "top" }}>
                    {reader.last_handed_in_at === null ? "–" : ago(reader.last_handed_in_at)}
                  </Table.Td>
                )}
              </Table.Tr>
            ));
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
