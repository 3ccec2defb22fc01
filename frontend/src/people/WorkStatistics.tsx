import { Anchor, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { get } from "../api/client";
import { keys } from "../api/keys";
import type { Person, Project } from "../api/types";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";

interface WorkTime {
  readonly people: readonly {
    readonly person: Person;
    readonly seconds: number;
    readonly clips: number;
    readonly done: number;
    readonly clips_per_hour: number | null;
  }[];
  readonly clips: readonly {
    readonly person: Person;
    readonly clip: string;
    readonly title: string;
    readonly seconds: number;
    readonly is_done: boolean;
  }[];
}

interface Scores {
  readonly scores: readonly {
    readonly person: Person;
    readonly model: string;
    readonly accepted: number;
    readonly edited: number;
    readonly rejected: number;
    readonly seconds: number | null;
  }[];
}

const minutes = (seconds: number) => (seconds / 60).toFixed(1);
const nameOf = (person: Person) => person.name || "A colleague";

/** Time and suggestions of a project: one's own, or everyone's for its admins. */
export function WorkStatistics({ project }: { project: Project }) {
  const time = useQuery({
    queryKey: keys.workTime(project.id),
    queryFn: ({ signal }) => get<WorkTime>("/api/work-time/", { project: project.id }, signal),
  });
  const scores = useQuery({
    queryKey: keys.suggestionScores(project.id),
    queryFn: ({ signal }) =>
      get<Scores>("/api/suggestion-scores/", { project: project.id }, signal),
  });
  const failed = [time, scores].find((query) => query.isError);
  if (failed !== undefined) return <Problem error={failed.error} onRetry={failed.refetch} />;
  if (!time.data || !scores.data) return <Skeleton height={160} />;
  if (time.data.people.length + scores.data.scores.length === 0) {
    return (
      <EmptyState icon={IconClock} title="Nothing measured yet">
        Time counts while someone works in the annotator.
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      <Text size="sm" c="dimmed">
        {project.role === "admin"
          ? "Everyone in the project."
          : "Your own work; an admin sees everyone's."}{" "}
        Time counts from each move of pointer or keys for at most 30 seconds, while the page is
        visible.
      </Text>
      <Numbers
        title="Time"
        heads={["Person", "Minutes", "Clips", "Handed in", "Clips an hour"]}
        rows={time.data.people.map((one) => [
          nameOf(one.person),
          minutes(one.seconds),
          one.clips,
          one.done,
          one.clips_per_hour?.toFixed(1) ?? "–",
        ])}
        keysOf={time.data.people.map((one) => one.person.id)}
      />
      <Numbers
        title="Suggestions"
        heads={["Person", "Model", "Accepted", "Edited", "Rejected", "Median seconds to an answer"]}
        rows={scores.data.scores.map((one) => [
          nameOf(one.person),
          one.model,
          one.accepted,
          one.edited,
          one.rejected,
          one.seconds?.toFixed(1) ?? "–",
        ])}
        keysOf={scores.data.scores.map((one) => `${one.person.id} ${one.model}`)}
      />
      <Numbers
        title="By clip"
        heads={["Clip", "Person", "Minutes", "Handed in"]}
        rows={time.data.clips.map((one) => [
          <Anchor
            key={one.clip}
            renderRoot={(props) => (
              <Link to="/clips/$clipId/annotate" params={{ clipId: one.clip }} {...props} />
            )}
          >
            {one.title}
          </Anchor>,
          nameOf(one.person),
          minutes(one.seconds),
          one.is_done ? "yes" : "no",
        ])}
        keysOf={time.data.clips.map((one) => `${one.clip} ${one.person.id}`)}
      />
    </Stack>
  );
}

interface NumbersProps {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly ReactNode[])[];
  keysOf: readonly string[];
}

function Numbers({ title, heads, rows, keysOf }: NumbersProps) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb={4}>
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={420}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                {heads.map((head) => (
                  <Table.Th key={head}>{head}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row, i) => (
                <Table.Tr key={keysOf[i]}>
                  {row.map((cell, j) => (
                    <Table.Td key={heads[j]}>{cell}</Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
