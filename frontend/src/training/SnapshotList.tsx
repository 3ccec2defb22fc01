import { Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LABEL_NAMES, snapshotsQuery } from "../api/training";
import { count, moment } from "../format/text";
import { Problem } from "../parts/Problem";

/** What was frozen to train on, newest first; the hash names the same frames for ever. */
export function SnapshotList({ projectId }: { projectId: string }) {
  const snapshots = useQuery(snapshotsQuery(projectId));
  if (snapshots.isError) return <Problem error={snapshots.error} onRetry={snapshots.refetch} />;
  if (snapshots.data === undefined || snapshots.data.length === 0) return null;
  return (
    <section aria-labelledby="snapshots">
      <Title order={2} id="snapshots" mt="xl" mb={4}>
        Snapshots
      </Title>
      <Table.ScrollContainer minWidth={760}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Snapshot</Table.Th>
              <Table.Th>Frames</Table.Th>
              <Table.Th>Clips</Table.Th>
              <Table.Th>Subjects</Table.Th>
              <Table.Th>Labels</Table.Th>
              <Table.Th>Frozen</Table.Th>
              <Table.Th>SHA-256</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {snapshots.data.map((snapshot) => (
              <Table.Tr key={snapshot.id}>
                <Table.Td fw={600}>Snapshot {snapshot.number}</Table.Td>
                <Table.Td>{count(snapshot.frame_count, "frame")}</Table.Td>
                <Table.Td>{snapshot.clip_count}</Table.Td>
                <Table.Td>{snapshot.subject_count}</Table.Td>
                <Table.Td>{LABEL_NAMES[snapshot.labels]}</Table.Td>
                <Table.Td>
                  {moment(snapshot.created_at)}
                  {snapshot.created_by && (
                    <Text span size="xs" c="dimmed">
                      {" "}
                      by {snapshot.created_by.name}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ff="monospace" fz="xs" title={snapshot.sha256}>
                  {snapshot.sha256.slice(0, 16)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  );
}
