import {
  ActionIcon,
  Badge,
  Button,
  Group,
  SegmentedControl,
  Select,
  Table,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconChecklist, IconX } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/keys";
import type { Assignment } from "../api/types";
import { type AssignmentFilter, assignmentsQuery, withdrawAssignment } from "../api/work";
import { ago } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { tellDone, tellError } from "../parts/tell";
import { usePeople } from "./AssignDialog";
import { DueDay } from "./DueDay";
import { dueText } from "./dueText";

const STATES = [
  { value: "open", label: "Open" },
  { value: "done", label: "Done" },
  { value: "withdrawn", label: "Withdrawn" },
];
const CHECKS: Record<string, string> = { reread: "re-read", ground_truth: "check" };

/** Who has which clip, for admins. */
export function EveryonesWork({ projectId }: { projectId: string }) {
  const people = usePeople(projectId);
  const [filter, setFilter] = useState<AssignmentFilter>({ state: "open", assignee: null });
  const rows = useInfiniteQuery(assignmentsQuery(projectId, filter));
  if (rows.isError) return <Problem error={rows.error} onRetry={() => rows.refetch()} />;
  const shown = rows.data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <>
      <Group mb="sm">
        <SegmentedControl
          size="xs"
          aria-label="State"
          data={STATES}
          value={filter.state ?? "open"}
          onChange={(state) => setFilter({ ...filter, state: state as AssignmentFilter["state"] })}
        />
        <Select
          size="xs"
          aria-label="Person"
          placeholder="Everyone"
          clearable
          data={people}
          value={filter.assignee}
          onChange={(assignee) => setFilter({ ...filter, assignee })}
        />
      </Group>
      {rows.isSuccess && shown.length === 0 ? (
        <EmptyState icon={IconChecklist} title="Nothing of this kind">
          Choose clips in the library and press “Assign…”, or set a rule.
        </EmptyState>
      ) : (
        <Table.ScrollContainer minWidth={620}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Clip</Table.Th>
                <Table.Th>Task</Table.Th>
                <Table.Th>Person</Table.Th>
                <Table.Th>Due</Table.Th>
                <Table.Th>Given</Table.Th>
                <Table.Th aria-label="Acts" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((row) => (
                <Row key={row.id} row={row} projectId={projectId} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {rows.hasNextPage && (
        <Button
          variant="subtle"
          loading={rows.isFetchingNextPage}
          onClick={() => void rows.fetchNextPage()}
        >
          Show more
        </Button>
      )}
    </>
  );
}

function Row({ row, projectId }: { row: Assignment; projectId: string }) {
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => withdrawAssignment(row.id),
    onSuccess: () => tellDone(`Taken back from ${row.assignee.name}.`),
    onError: (error) => tellError(error, "Not withdrawn"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.assignments(projectId) }),
  });
  const check = CHECKS[row.check_kind];
  return (
    <Table.Tr>
      <Table.Td>{row.clip.title}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          {row.task === "review" ? "Review" : "Annotate"}
          {check !== undefined && (
            <Tooltip label="The person is not told">
              <Badge size="sm" variant="outline" color="yellow" tt="none">
                {check}
              </Badge>
            </Tooltip>
          )}
          {row.task === "annotate" && row.is_blinded_to_readers && check === undefined && (
            <Badge size="sm" variant="outline" color="gray" tt="none">
              blinded
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{row.assignee.name}</Table.Td>
      <Table.Td>
        {row.state === "open" ? (
          <DueDay row={row} projectId={projectId} />
        ) : (
          dueText(row.due_on) || "–"
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" c="dimmed">
          {ago(row.created_at)} {row.is_by_rule ? "by rule" : ""}
        </Text>
      </Table.Td>
      <Table.Td>
        {row.state === "open" && (
          <Tooltip label="Take it back">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Take ${row.clip.title} back from ${row.assignee.name}`}
              loading={withdraw.isPending}
              onClick={() => withdraw.mutate()}
            >
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
