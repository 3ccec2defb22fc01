import { Anchor, Paper, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { comparisonQuery, modelVersionsQuery } from "../api/models";
import type { ModelComparison, Project } from "../api/types";
import { count, score } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { CompareFigures } from "./CompareFigures";
import { DetectionTable } from "./DetectionTable";
import classes from "./models.module.css";
import { PairedTable } from "./PairedTable";
import { verdict } from "./paired";

interface ComparePageProps {
  project: Project;
  first: string;
  second: string;
}

/** Two versions side by side: on the same frames, and each with its own figures. */
export function ComparePage({ project, first, second }: ComparePageProps) {
  const versions = useQuery(modelVersionsQuery(project.id));
  const chosen = versions.data?.filter(({ id }) => id === first || id === second) ?? [];
  const [older, newer] = chosen.sort((a, b) => a.number - b.number);
  const back = (
    <Link
      to="/projects/$projectId/models"
      params={{ projectId: project.id }}
      className={classes.link}
    >
      Back to the models
    </Link>
  );
  if (versions.isPending) return <Skeleton m="lg" height={320} />;
  if (older === undefined || newer === undefined) {
    const missing = new Error("Choose two models of this project to compare.");
    return (
      <RoomPage title="Compare models" subtitle={back}>
        <Problem error={versions.error ?? missing} onRetry={versions.refetch} />
      </RoomPage>
    );
  }
  return (
    <RoomPage title={`Version ${older.number} beside version ${newer.number}`} subtitle={back}>
      <Stack gap="md">
        <Paired project={project} first={older.id} second={newer.id} />
        <Section title="Figures of each">
          <CompareFigures older={older} newer={newer} structures={project.procedure.structures} />
        </Section>
      </Stack>
    </RoomPage>
  );
}

function Paired({ project, first, second }: ComparePageProps) {
  const found = useQuery(comparisonQuery(first, second));
  if (found.isPending) return <Skeleton height={220} />;
  if (found.isError) return <Problem error={found.error} onRetry={found.refetch} />;
  const { comparison, reason } = found.data;
  if (comparison === null) {
    return (
      <Section title="On the same frames">
        <Text size="sm">{reason}</Text>
      </Section>
    );
  }
  const counted = comparison.unit === "subject" ? "each subject once" : "each frame once";
  return (
    <>
      <Section title="On the same frames">
        <Text size="sm" mb="xs">
          {verdict(found.data, project.procedure.structures)}
        </Text>
        <PairedTable comparison={comparison} structures={project.procedure.structures} />
        <DetectionTable comparison={comparison} structures={project.procedure.structures} />
        <Text size="xs" c="dimmed" mt="xs" maw="90ch">
          {count(comparison.frames, "frame")} of {count(comparison.subjects, "subject")} that both
          runs held out, with the same delineation. The tests count {counted}
          {comparison.unit === "image" &&
            ", as there are fewer than six subjects; frames of one subject are alike, so the p are too small"}
          . p is corrected over the structures after Holm. The interval is 95 %, by drawing subjects
          again with replacement.
        </Text>
      </Section>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Frames title="Frames that got worse most" frames={found.data.worsened} />
        <Frames title="Frames that got better most" frames={found.data.improved} />
      </SimpleGrid>
    </>
  );
}

function Frames({ title, frames }: { title: string; frames: ModelComparison["worsened"] }) {
  if (frames.length === 0) return null;
  return (
    <Section title={title}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Frame</Table.Th>
            <Table.Th>IoU before</Table.Th>
            <Table.Th>IoU after</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {frames.map((frame) => (
            <Table.Tr key={`${frame.clip}-${frame.frame_index}`}>
              <Table.Td>
                <Anchor
                  size="sm"
                  c="iris.3"
                  renderRoot={(props) => (
                    <Link
                      to="/clips/$clipId/explore"
                      params={{ clipId: frame.clip }}
                      search={{ frame: frame.frame_index }}
                      {...props}
                    />
                  )}
                >
                  {frame.title}
                </Anchor>
              </Table.Td>
              <Table.Td>{score(frame.first)}</Table.Td>
              <Table.Td>{score(frame.second)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="sm" bg="dark.6" component="section" aria-label={title} miw={0}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  );
}
