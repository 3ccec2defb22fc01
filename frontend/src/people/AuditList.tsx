import { Skeleton, Table, Text } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { auditQuery, membersQuery } from "../api/projects";
import { moment } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { actionText, detailText } from "./auditText";

/** Who did what in the project, newest first. */
export function AuditList({ projectId }: { projectId: string }) {
  const records = useQuery(auditQuery(projectId));
  const members = useQuery(membersQuery(projectId)).data ?? [];
  const nameOf = (id: string): string | undefined => {
    const user = members.find((member) => member.user.id === id)?.user;
    return user && (user.name || user.email);
  };
  if (records.isPending) return <Skeleton height={200} />;
  if (records.isError) return <Problem error={records.error} onRetry={records.refetch} />;
  if (records.data.length === 0) {
    return (
      <EmptyState icon={IconListDetails} title="Nothing on record">
        Acts that matter, such as reviews, promotions and changes of roles, are written down here.
      </EmptyState>
    );
  }
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
            <Table.Th>Did</Table.Th>
            <Table.Th>Details</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {records.data.map((record) => (
            <Table.Tr key={record.id}>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{moment(record.at)}</Table.Td>
              <Table.Td>{record.actor_email || "the system"}</Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>{actionText(record.action)}</Table.Td>
              <Table.Td>
                <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
                  {detailText(record.detail, nameOf)}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
