import { Group, Select, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconSchool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Cohort, type Course, cohortQuery } from "../api/practice";
import { ago, score } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { Swatch } from "../parts/StructureLegend";
import classes from "./practice.module.css";
import { shareWords } from "./words";

/** How the trainees of a course do, which clips they find hardest, and what they take for what. */
export function CohortPanel({ course }: { course: Course }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const everyone = useQuery(cohortQuery(course.id, null));
  const page = useQuery(cohortQuery(course.id, chosen));
  if (page.isError) return <Problem error={page.error} onRetry={page.refetch} />;
  if (page.data === undefined) return <Skeleton height={240} />;
  const cohorts = [
    ...new Set((everyone.data?.trainees ?? []).map(({ enrolment }) => enrolment.cohort)),
  ].filter((name) => name !== "");
  if (page.data.trainees.length === 0) {
    return (
      <EmptyState icon={IconSchool} title="Nobody is in the course yet">
        {course.state === "open"
          ? "Trainees of the project can begin by themselves. You can also enrol them above."
          : "Enrol trainees above, or open the course: then trainees of the project can begin by themselves."}
      </EmptyState>
    );
  }
  return (
    <Stack gap="xl">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4">
            Trainees
          </Title>
          {cohorts.length > 0 && (
            <Select
              w={200}
              size="xs"
              clearable
              aria-label="Cohort"
              placeholder="All cohorts"
              value={chosen}
              onChange={setChosen}
              data={cohorts}
            />
          )}
        </Group>
        <Trainees cohort={page.data} />
      </Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
        <Hardest cohort={page.data} />
        <Confusions cohort={page.data} />
      </SimpleGrid>
    </Stack>
  );
}

function Trainees({ cohort }: { cohort: Cohort }) {
  return (
    <Table.ScrollContainer minWidth={680}>
      <Table verticalSpacing="xs" data-testid="trainees">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Answered</Table.Th>
            <Table.Th>Found at first look</Table.Th>
            <Table.Th>Found now</Table.Th>
            <Table.Th>Dice</Table.Th>
            <Table.Th>Last answer</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {cohort.trainees.map(({ enrolment, figures, last_answer_at: last }) => (
            <Table.Tr key={enrolment.id}>
              <Table.Td>
                {enrolment.person.name}
                <Text span size="xs" c="dimmed">
                  {enrolment.cohort !== "" && ` ${enrolment.cohort}`}
                  {enrolment.ended_at !== null && " has left"}
                </Text>
              </Table.Td>
              <Table.Td>
                {figures.answered} of {cohort.questions}
              </Table.Td>
              <Table.Td>{shareWords(figures.first_looks)}</Table.Td>
              <Table.Td>{shareWords(figures.now)}</Table.Td>
              <Table.Td>{score(figures.dice)}</Table.Td>
              <Table.Td>{last === null ? "–" : ago(last)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Hardest({ cohort }: { cohort: Cohort }) {
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Hardest clips
      </Title>
      {cohort.hardest.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing is answered yet.
        </Text>
      ) : (
        <Table verticalSpacing="xs" data-testid="hardest">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Clip</Table.Th>
              <Table.Th>Found at first look</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cohort.hardest.slice(0, 10).map(({ clip, found }) => (
              <Table.Tr key={clip.id}>
                <Table.Td>{clip.title}</Table.Td>
                <Table.Td>{shareWords(found)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

/** Rows: what was asked for. Columns: what it was taken for. */
function Confusions({ cohort }: { cohort: Cohort }) {
  const others = new Map(
    cohort.confusions
      .flatMap((row) => row.taken_for.map(({ structure }) => structure))
      .map((structure) => [structure.id, structure]),
  );
  const columns = [...others.values()].sort((a, b) => a.channel - b.channel);
  if (cohort.confusions.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        What is taken for what
      </Title>
      <Table.ScrollContainer minWidth={420}>
        <Table verticalSpacing="xs" className={classes.matrix} data-testid="confusions">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Asked for</Table.Th>
              <Table.Th>Found</Table.Th>
              {columns.map(({ id, name }) => (
                <Table.Th key={id}>{name}</Table.Th>
              ))}
              <Table.Th>Elsewhere</Table.Th>
              <Table.Th>Said absent</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cohort.confusions.map((row) => (
              <Table.Tr key={row.structure.id}>
                <Table.Th scope="row">
                  <Group gap={6} wrap="nowrap">
                    <Swatch colour={row.structure.colour} />
                    {row.structure.name}
                  </Group>
                </Table.Th>
                <Table.Td>{row.found}</Table.Td>
                {columns.map(({ id }) => (
                  <Table.Td key={id}>
                    {row.taken_for.find(({ structure }) => structure.id === id)?.count ?? 0}
                  </Table.Td>
                ))}
                <Table.Td>{row.elsewhere}</Table.Td>
                <Table.Td>{row.overlooked}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
