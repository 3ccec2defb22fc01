import {
  Badge,
  Button,
  Group,
  MultiSelect,
  Paper,
  SegmentedControl,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { IconUsersGroup } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { agreementReportsQuery, comparableQuery, startAgreement } from "../api/agreement";
import { keys } from "../api/keys";
import type { AgreementReport, Comparable, Project } from "../api/types";
import { ago, count } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";

/** Ask how far readers agree, and find earlier answers. */
export function AgreementPage({ project }: { project: Project }) {
  const comparable = useQuery(comparableQuery(project.id));
  const reports = useQuery(agreementReportsQuery(project.id));
  return (
    <RoomPage
      title="Agreement between readers"
      subtitle="How far two readers of one clip delineate the same; a model can hardly do better."
      actions={
        project.role === "admin" && (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link
                to="/projects/$projectId/agreement/checks"
                params={{ projectId: project.id }}
                {...props}
              />
            )}
          >
            Re-reads and checks
          </Button>
        )
      }
    >
      <Stack gap="md">
        {comparable.isPending && <Skeleton height={180} />}
        {comparable.isError && <Problem error={comparable.error} onRetry={comparable.refetch} />}
        {comparable.data &&
          (comparable.data.clips.length === 0 ? (
            <EmptyState icon={IconUsersGroup} title="Nothing to compare yet">
              Agreement is measured on clips that at least two readers have handed in. Give a clip
              to two experts, and come back when both have submitted it.
            </EmptyState>
          ) : (
            <NewReport project={project} comparable={comparable.data} />
          ))}
        {reports.isError && <Problem error={reports.error} onRetry={reports.refetch} />}
        {reports.data && reports.data.length > 0 && (
          <Reports project={project} reports={reports.data} />
        )}
      </Stack>
    </RoomPage>
  );
}

function NewReport({ project, comparable }: { project: Project; comparable: Comparable }) {
  const [clips, setClips] = useState<string[]>([]);
  const [readers, setReaders] = useState<string[]>([]);
  const [basis, setBasis] = useState<"current" | "first">("current");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () =>
      startAgreement({
        project: project.id,
        basis,
        ...(clips.length > 0 && { clips }),
        ...(readers.length > 0 && { readers }),
      }),
    onSuccess: async (job) => {
      void queries.invalidateQueries({ queryKey: keys.agreementReports(project.id) });
      void queries.invalidateQueries({ queryKey: keys.jobs(project.id) });
      if (job.target_id === null) return;
      await navigate({
        to: "/projects/$projectId/agreement/$reportId",
        params: { projectId: project.id, reportId: job.target_id },
      });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Paper withBorder p="md" bg="dark.6" component="form" onSubmit={onSubmit}>
      <Stack gap="sm">
        <Title order={2} size="h3">
          New report
        </Title>
        <Group grow align="flex-start" preventGrowOverflow={false}>
          <MultiSelect
            label="Clips"
            placeholder={clips.length === 0 ? `All ${comparable.clips.length}` : ""}
            searchable
            clearable
            data={comparable.clips.map(({ id, title, subject }) => ({
              value: id,
              label: `${title} (${subject})`,
            }))}
            value={clips}
            onChange={setClips}
          />
          <MultiSelect
            label="Readers"
            placeholder={readers.length === 0 ? `All ${comparable.readers.length}` : ""}
            clearable
            data={comparable.readers.map(({ id, name }) => ({ value: id, label: name }))}
            value={readers}
            onChange={setReaders}
          />
        </Group>
        <Group justify="space-between" align="flex-end">
          <div>
            <Text size="sm" fw={500} id="basis">
              Readings
            </Text>
            <SegmentedControl
              aria-labelledby="basis"
              value={basis}
              onChange={(value) => setBasis(value as "current" | "first")}
              data={[
                { value: "current", label: "As they stand" },
                { value: "first", label: "As first handed in" },
              ]}
            />
          </div>
          <Button type="submit" loading={start.isPending}>
            Compare
          </Button>
        </Group>
        {start.isError && <Problem title="Not started" error={start.error} />}
      </Stack>
    </Paper>
  );
}

function Reports({ project, reports }: { project: Project; reports: readonly AgreementReport[] }) {
  return (
    <Paper withBorder p="md" bg="dark.6" component="section" aria-label="Reports">
      <Title order={2} size="h3" mb="xs">
        Reports
      </Title>
      <Table.ScrollContainer minWidth={480}>
        <Table>
          <Table.Tbody>
            {reports.map((report) => (
              <Table.Tr key={report.id}>
                <Table.Td>
                  <Link
                    to="/projects/$projectId/agreement/$reportId"
                    params={{ projectId: project.id, reportId: report.id }}
                  >
                    {count(report.clips.length, "clip")}, {count(report.readers.length, "reader")}
                  </Link>
                </Table.Td>
                <Table.Td>{report.readers.map(({ name }) => name).join(", ")}</Table.Td>
                <Table.Td>
                  {ago(report.created_at)}
                  {report.owner !== null && ` by ${report.owner.name}`}
                </Table.Td>
                <Table.Td>
                  {report.made_at === null && <Badge variant="light">Being made</Badge>}
                  {report.is_stale && (
                    <Badge variant="light" color="yellow">
                      Stale
                    </Badge>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}
