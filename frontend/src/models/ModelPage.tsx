import { Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { modelVersionsQuery } from "../api/models";
import type { ModelVersion, Project } from "../api/types";
import { bytes, moment } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { MetricsTable } from "../training/MetricsTable";
import { cardLines } from "./cardLines";
import { AliasBadges } from "./ModelsPage";
import { PromoteButton } from "./PromoteButton";

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
  return (
    <RoomPage
      title={`Version ${version.number}`}
      subtitle={
        <>
          {version.name} · made {moment(version.created_at)}
          <AliasBadges version={version} />
        </>
      }
      actions={project.role === "admin" && <PromoteButton version={version} />}
    >
      <Stack gap="md">
        <Section title="Figures">
          <MetricsTable metrics={version.metrics} structures={project.procedure.structures} />
        </Section>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          {cardLines(version.card).map(({ title, lines }) => (
            <Section key={title} title={title}>
              {lines.map(({ name, text }) => (
                <Text key={name} size="sm">
                  {name !== "" && (
                    <Text span c="dimmed">
                      {name}:{" "}
                    </Text>
                  )}
                  <span style={{ overflowWrap: "anywhere" }}>{text}</span>
                </Text>
              ))}
            </Section>
          ))}
          <Section title="Where it comes from">
            <Trace version={version} />
          </Section>
        </SimpleGrid>
      </Stack>
    </RoomPage>
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

function Trace({ version }: { version: ModelVersion }) {
  return (
    <>
      <Text size="sm">
        {version.training_run_id === null ? (
          "Registered without a training run."
        ) : (
          <Link
            to="/projects/$projectId/training/$runId"
            params={{ projectId: version.project, runId: version.training_run_id }}
            style={{ color: "var(--mantine-color-iris-3)" }}
          >
            The training run
          </Link>
        )}
      </Text>
      {version.snapshot_sha256 !== "" && (
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: "anywhere" }}>
          snapshot {version.snapshot_sha256}
        </Text>
      )}
      <Table mt="xs" aria-label="Files of the folds">
        <Table.Tbody>
          {version.members.map(({ fold, sha256, byte_size: size }) => (
            <Table.Tr key={sha256}>
              <Table.Td>{fold === null ? "Weights" : `Fold ${fold + 1}`}</Table.Td>
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
