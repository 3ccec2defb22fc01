import { Button, Group, Progress, Skeleton, Table, Text } from "@mantine/core";
import { IconActivityHeartbeat, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { isOpen } from "../api/jobs";
import { recipesQuery, runsQuery } from "../api/training";
import type { ListedRun, Project } from "../api/types";
import { ago, between, percent, score } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { StateBadge } from "../parts/StateBadge";
import { runProgress } from "./curves";
import { FoldStrip } from "./FoldStrip";
import { meanOf } from "./metrics";
import { SnapshotList } from "./SnapshotList";
import { Spark } from "./Spark";

export function TrainingPage({ project }: { project: Project }) {
  const runs = useQuery(runsQuery(project.id));
  const newRun = project.role === "admin" && (
    <Button
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => (
        <Link
          to="/projects/$projectId/training/new"
          params={{ projectId: project.id }}
          {...props}
        />
      )}
    >
      New run
    </Button>
  );
  return (
    <RoomPage
      title="Training"
      subtitle="Each run trains one recipe on a frozen snapshot, fold by fold."
      actions={runs.data?.length !== 0 && newRun}
    >
      {runs.isPending && <Skeleton height={180} />}
      {runs.isError && <Problem error={runs.error} onRetry={runs.refetch} />}
      {runs.data?.length === 0 && (
        <EmptyState icon={IconActivityHeartbeat} title="No run yet" action={newRun}>
          {project.role === "admin"
            ? "Once some delineations are accepted, freeze them as a snapshot and start a run."
            : "When an admin starts a run, you can follow it here."}
        </EmptyState>
      )}
      {runs.data !== undefined && runs.data.length > 0 && (
        <Table.ScrollContainer minWidth={760}>
          <Table verticalSpacing="sm" highlightOnHover>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Run</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Folds</Table.Th>
                <Table.Th>Held-out Dice</Table.Th>
                <Table.Th>Result</Table.Th>
                <Table.Th>Started</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {runs.data.map((run) => (
                <RunRow key={run.id} run={run} projectId={project.id} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <SnapshotList projectId={project.id} />
    </RoomPage>
  );
}

function RunRow({ run, projectId }: { run: ListedRun; projectId: string }) {
  const navigate = useNavigate();
  const recipes = useQuery(recipesQuery).data;
  const title = recipes?.find(({ name }) => name === run.recipe)?.title ?? run.recipe;
  const params = { projectId, runId: run.id };
  const to = "/projects/$projectId/training/$runId";
  const { curve } = run;
  const dice = meanOf(run.metrics, "dice");
  return (
    <Table.Tr style={{ cursor: "pointer" }} onClick={() => void navigate({ to, params })}>
      <Table.Td>
        <Link
          to={to}
          params={params}
          style={{ color: "inherit", fontWeight: 600 }}
          onClick={(event) => event.stopPropagation()}
        >
          Run {run.number}
        </Link>
        <Text size="xs" c="dimmed">
          {title} · {run.epoch_count} epochs
        </Text>
      </Table.Td>
      <Table.Td w={150}>
        <StateBadge state={run.state} />
        {isOpen(run.state) && (
          <Progress
            mt={6}
            size="sm"
            value={runProgress(run.folds) * 100}
            aria-label={`Run ${run.number}: ${percent(runProgress(run.folds))}`}
          />
        )}
        {run.state === "failed" && (
          <Text size="xs" c="red.3" lineClamp={2}>
            {run.error}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <FoldStrip folds={run.folds} />
      </Table.Td>
      <Table.Td w={160}>
        {curve.length > 1 ? (
          <Spark
            values={curve}
            label={`Mean held-out Dice, ${score(curve[0])} to ${score(curve.at(-1))}`}
          />
        ) : (
          <Text size="xs" c="dimmed">
            after two epochs
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {dice !== null ? (
          <Group gap={6}>
            <Text size="sm" fw={600}>
              {score(dice)}
            </Text>
            <Text size="xs" c="dimmed">
              mean Dice
            </Text>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            –
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{ago(run.created_at)}</Text>
        <Text size="xs" c="dimmed">
          {run.state === "paused"
            ? "paused"
            : `${isOpen(run.state) ? "for" : "took"} ${between(run.created_at, run.finished_at)}`}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
