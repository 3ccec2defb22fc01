import {
  Alert,
  Group,
  Paper,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { modelVersionsQuery } from "../api/models";
import { recipesQuery } from "../api/training";
import type { ModelVersion, Project } from "../api/types";
import { bytes, count, moment } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { foldName } from "../training/curves";
import { FigureBars } from "../training/FigureBars";
import { MetricsTable } from "../training/MetricsTable";
import { ModelExports } from "./ModelExports";
import { AliasBadges } from "./ModelsPage";
import classes from "./models.module.css";
import { PromoteButton } from "./PromoteButton";
import { RealLife } from "./RealLife";
import { type CardLine, readableCard } from "./readableCard";

/** The card of a version: what it is for, from what it came, how good it is, where it fails. */
export function ModelPage({ project, versionId }: { project: Project; versionId: string }) {
  const versions = useQuery(modelVersionsQuery(project.id));
  if (versions.isPending) return <Skeleton m="lg" height={320} />;
  const version = versions.data?.find(({ id }) => id === versionId);
  if (version === undefined) {
    const missing = new Error("There is no such model in this project.");
    return (
      <RoomPage title="Model">
        <Problem error={versions.error ?? missing} onRetry={versions.refetch} />
      </RoomPage>
    );
  }
  const card = readableCard(version.card);
  return (
    <RoomPage
      title={`Version ${version.number}`}
      subtitle={
        <Group gap="xs">
          <span>
            {version.name} · made {moment(version.created_at)}
          </span>
          {version.aliases.length > 0 && <AliasBadges version={version} />}
        </Group>
      }
      actions={project.role === "admin" && <PromoteButton version={version} />}
    >
      <Stack gap="md">
        <Alert
          color="yellow"
          variant="outline"
          icon={<IconAlertTriangle />}
          title="Research use only"
          styles={{ message: { color: "var(--mantine-color-dark-0)" } }}
        >
          {card.notFor || "Not for diagnosis, not for guiding a needle."}
        </Alert>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Section title="Intended use">
            <Text size="sm">{card.intendedUse || "The card does not say."}</Text>
          </Section>
          <Section title="Limits">
            <Text size="sm">
              {card.limits ||
                "Subjects, scanners and views unlike those that it learnt from are untested."}
            </Text>
          </Section>
        </SimpleGrid>
        <Section title="Figures">
          {card.tooGood !== "" && (
            <Text size="sm" c="yellow.4" mb="sm">
              {card.tooGood}
            </Text>
          )}
          <Stack gap="md">
            <FigureBars metrics={version.metrics} structures={project.procedure.structures} />
            <MetricsTable
              metrics={version.metrics}
              structures={project.procedure.structures}
              measured={card.evaluation || measuredOf(version)}
            />
          </Stack>
        </Section>
        <Section title="In real life">
          <RealLife versionId={version.id} isAdmin={project.role === "admin"} />
        </Section>
        <Section title="Other runtimes">
          <ModelExports version={version} isAdmin={project.role === "admin"} />
        </Section>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          <Section title="Where it comes from">
            <Trace version={version} />
          </Section>
          <Stack gap="md">
            {card.data.length > 0 && (
              <Section title="Data">
                <Lines lines={card.data} />
              </Section>
            )}
            {card.training.length > 0 && (
              <Section title="Training">
                <Lines lines={card.training} />
              </Section>
            )}
            {card.shown.length > 0 && (
              <Section title="What is shown of what it answers">
                <Lines lines={card.shown} />
              </Section>
            )}
            {card.more.length > 0 && (
              <Section title="More from its card">
                <Lines lines={card.more} />
              </Section>
            )}
          </Stack>
        </SimpleGrid>
      </Stack>
    </RoomPage>
  );
}

const measuredOf = ({ training_run_id: runId }: ModelVersion): string | undefined =>
  runId === null ? "Measured outside this server, on the data that the card names." : undefined;

function Lines({ lines }: { lines: readonly CardLine[] }) {
  return (
    <dl className={classes.lines}>
      {lines.map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm" bg="dark.6" component="section" aria-label={title}>
      <Title order={2} mb={6}>
        {title}
      </Title>
      {children}
    </Paper>
  );
}

/** The chain back to the data: run, recipe, frozen frames, and the weights of each fold. */
function Trace({ version }: { version: ModelVersion }) {
  const recipe = useQuery(recipesQuery).data?.find(({ name }) => name === version.recipe);
  const names = version.structures.map(({ name }) => name).join(", ");
  return (
    <>
      <dl className={classes.lines}>
        <div>
          <dt>Training run</dt>
          <dd>
            {version.training_run_id === null ? (
              "none: the files were registered by hand"
            ) : (
              <Link
                to="/projects/$projectId/training/$runId"
                params={{ projectId: version.project, runId: version.training_run_id }}
                style={{ color: "var(--mantine-color-iris-3)" }}
              >
                the run that made it
              </Link>
            )}
          </dd>
        </div>
        <div>
          <dt>Recipe</dt>
          <dd>{recipe?.title ?? version.recipe}</dd>
        </div>
        <div>
          <dt>Structures</dt>
          <dd>{names}</dd>
        </div>
        <div>
          <dt>Snapshot</dt>
          <dd className={classes.hash}>{version.snapshot_sha256 || "none"}</dd>
        </div>
      </dl>
      <Text size="sm" c="dimmed" mt="sm">
        {count(version.members.length, "network")}
        {version.members.length > 1 && ", averaged"}
      </Text>
      <Table aria-label="Weights">
        <Table.Tbody>
          {version.members.map(({ fold, sha256, byte_size: size }) => (
            <Table.Tr key={sha256}>
              <Table.Td>{fold === null ? "Weights" : foldName(fold)}</Table.Td>
              <Table.Td ff="monospace" fz="xs" title={sha256}>
                {sha256.slice(0, 16)}
              </Table.Td>
              <Table.Td ta="right">{bytes(size)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
