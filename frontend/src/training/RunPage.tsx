import { Group, Paper, Progress, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconTrophy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { isOpen } from "../api/jobs";
import { modelVersionsQuery } from "../api/models";
import { recipesQuery, runQuery, snapshotsQuery } from "../api/training";
import type { Project, TrainingRun } from "../api/types";
import { ago, between, count, percent } from "../format/text";
import { aliasLabel } from "../models/aliasNames";
import { PromoteButton } from "../models/PromoteButton";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { StateBadge, stateLabel } from "../parts/StateBadge";
import { Curves } from "./Curves";
import { runProgress } from "./curves";
import { FigureBars } from "./FigureBars";
import { FoldRow } from "./FoldRow";
import { MetricsTable } from "./MetricsTable";
import { RunActions } from "./RunActions";
import { foldShare, outlook } from "./timeLeft";

export function RunPage({ project, runId }: { project: Project; runId: string }) {
  const run = useQuery(runQuery(runId));
  if (run.isPending) return <Skeleton m="lg" height={320} />;
  if (run.data === undefined) {
    return (
      <RoomPage title="Training run">
        <Problem error={run.error} onRetry={run.refetch} />
      </RoomPage>
    );
  }
  return <RunReport project={project} run={run.data} />;
}

function RunReport({ project, run }: { project: Project; run: TrainingRun }) {
  const recipe = useQuery(recipesQuery).data?.find(({ name }) => name === run.recipe);
  const snapshot = useQuery(snapshotsQuery(project.id)).data?.find(({ id }) => id === run.snapshot);
  const structures = project.procedure.structures;
  return (
    <RoomPage
      title={`Run ${run.number}`}
      subtitle={
        <Group gap="xs">
          <StateBadge state={run.state} />
          <span>
            {recipe?.title ?? run.recipe} · {count(run.fold_count, "fold")} ×{" "}
            {count(run.epoch_count, "epoch")} · seed {run.seed}
            {run.empty_weight !== 1 && ` · weight of empty frames ${run.empty_weight}`}
            {snapshot && ` · snapshot ${snapshot.number}, ${count(snapshot.frame_count, "frame")}`}
            {run.start_from !== null && (
              <StartedFrom projectId={project.id} versionId={run.start_from} />
            )}
            {` · ${timeOf(run)}`}
          </span>
        </Group>
      }
      actions={<RunActions run={run} isAdmin={project.role === "admin"} />}
    >
      <Stack gap="md">
        {run.state === "failed" && <Problem title="This run failed" error={new Error(run.error)} />}
        {run.state === "failed" && project.role === "admin" && (
          <Text size="sm" c="dimmed">
            Trying again keeps the folds that are done; the others go on from their checkpoints,
            which are kept for a week.
          </Text>
        )}
        {run.note !== "" && (
          <Text size="sm" c="yellow.4">
            {run.note}
          </Text>
        )}
        {run.model_version_id !== null && (
          <MadeModel project={project} versionId={run.model_version_id} />
        )}
        {(isOpen(run.state) || run.state === "paused") && <RunOutlook run={run} />}
        {run.state === "done" && (
          <Paper withBorder p="sm" bg="dark.6" component="section" aria-labelledby="figures">
            <Title order={2} id="figures" mb="xs">
              Over all folds
            </Title>
            <Stack gap="md">
              <FigureBars metrics={run.metrics} structures={structures} />
              <MetricsTable metrics={run.metrics} structures={structures} />
            </Stack>
          </Paper>
        )}
        <section aria-label="Folds">
          <Stack gap={6}>
            {run.folds.map((fold) => (
              <FoldRow key={fold.index} runId={run.id} fold={fold} epochCount={run.epoch_count} />
            ))}
          </Stack>
        </section>
        <Curves folds={run.folds} structures={structures} />
      </Stack>
    </RoomPage>
  );
}

/** No time grows while a run is paused: what it takes is not known before it goes on. */
function timeOf({ state, created_at, finished_at }: TrainingRun): string {
  if (isOpen(state)) return `running for ${between(created_at, finished_at)}`;
  const started = `started ${ago(created_at)}`;
  return finished_at === null
    ? `${started}, ${stateLabel(state).toLowerCase()}`
    : `${started}, took ${between(created_at, finished_at)}`;
}

/** The version whose weights the folds began with. */
function StartedFrom({ projectId, versionId }: { projectId: string; versionId: string }) {
  const version = useQuery(modelVersionsQuery(projectId)).data?.find(({ id }) => id === versionId);
  return (
    <>
      {" · starts from "}
      <Link
        to="/projects/$projectId/models/$versionId"
        params={{ projectId, versionId }}
        style={{ color: "var(--mantine-color-iris-3)" }}
      >
        {version ? `version ${version.number}` : "a version"}
      </Link>
    </>
  );
}

/** All folds together, while the run goes on. */
function RunOutlook({ run }: { run: TrainingRun }) {
  const share = runProgress(
    run.folds.map((fold) => ({ ...fold, progress: foldShare(fold, run.epoch_count) })),
  );
  return (
    <Paper withBorder p="sm" bg="dark.6" component="section" aria-label="Progress of the run">
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600}>
          {percent(share)}
        </Text>
        <Text size="sm" c="dimmed">
          {run.state === "paused"
            ? "Paused: each fold goes on from its checkpoint when the run is resumed"
            : outlook(run)}
        </Text>
      </Group>
      <Progress value={share * 100} size="lg" aria-label={`Run ${run.number}: ${percent(share)}`} />
    </Paper>
  );
}

function MadeModel({ project, versionId }: { project: Project; versionId: string }) {
  const version = useQuery(modelVersionsQuery(project.id)).data?.find(({ id }) => id === versionId);
  return (
    <Paper withBorder p="sm" bg="dark.6">
      <Group justify="space-between">
        <Group gap="xs">
          <IconTrophy size={18} aria-hidden />
          <Text size="sm">
            This run made{" "}
            <Link
              to="/projects/$projectId/models/$versionId"
              params={{ projectId: project.id, versionId }}
              style={{ color: "var(--mantine-color-iris-3)" }}
            >
              {version ? `model version ${version.number}` : "a model version"}
            </Link>
            {version &&
              version.aliases.length > 0 &&
              `, promoted as ${version.aliases.map((name) => aliasLabel(name).toLowerCase()).join(" and ")}`}
            .
          </Text>
        </Group>
        {version && project.role === "admin" && <PromoteButton version={version} />}
      </Group>
    </Paper>
  );
}
