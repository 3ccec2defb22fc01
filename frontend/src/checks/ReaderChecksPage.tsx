import { Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { readerFindingsQuery } from "../api/checks";
import type { Project, ReaderFindings } from "../api/types";
import { count } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { OnlyForAdmins } from "./CheckedReadersPage";
import { CheckFigures } from "./CheckFigures";
import { CheckList, WorstFrames } from "./CheckLists";
import { CheckTrend } from "./CheckTrend";
import { KIND_NAMES, KIND_WORDS } from "./checkWords";
import { MeasureButton } from "./MeasureButton";

interface ReaderChecksPageProps {
  project: Project;
  readerId: string;
}

/** One reader's re-reads and checks: each structure, the line of time, and the worst frames. */
export function ReaderChecksPage(props: ReaderChecksPageProps) {
  return props.project.role === "admin" ? <Findings {...props} /> : <OnlyForAdmins />;
}

function Findings({ project, readerId }: ReaderChecksPageProps) {
  const findings = useQuery(readerFindingsQuery(project.id, readerId));
  const found = findings.data;
  const kinds = found?.kinds.filter(({ open, done }) => open + done > 0) ?? [];
  return (
    <RoomPage
      title={found?.person.name ?? "Reader"}
      subtitle={
        <Link to="/projects/$projectId/agreement/checks" params={{ projectId: project.id }}>
          All readers’ re-reads and checks
        </Link>
      }
      actions={found !== undefined && found.pending > 0 && <MeasureButton projectId={project.id} />}
    >
      {findings.isPending && <Skeleton height={320} />}
      {findings.isError && <Problem error={findings.error} onRetry={findings.refetch} />}
      {found !== undefined && kinds.length === 0 && (
        <EmptyState icon={IconRepeat} title="Nothing was given to this reader">
          Choose clips in the library and press “Assign…”: hidden re-reads and hidden checks look
          like any other clip to their reader.
        </EmptyState>
      )}
      {found !== undefined && (
        <Stack gap="xl">
          {kinds.map((kind) => (
            <KindPart key={kind.check_kind} findings={found} kind={kind} />
          ))}
        </Stack>
      )}
    </RoomPage>
  );
}

interface KindPartProps {
  findings: ReaderFindings;
  kind: ReaderFindings["kinds"][number];
}

function KindPart({ findings, kind }: KindPartProps) {
  const name = KIND_NAMES[kind.check_kind];
  return (
    <section aria-label={name}>
      <Title order={2}>{name}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {KIND_WORDS[kind.check_kind]} {count(kind.done, "clip")} handed in, {kind.open} open;{" "}
        {count(kind.frames, "frame")} of {count(kind.subjects, "subject")} compared.
      </Text>
      {kind.done > 0 && (
        <Stack gap="md">
          {kind.structures.length > 0 && (
            <Part title="Each structure">
              <CheckFigures kind={kind} structures={findings.structures} />
              <Text size="xs" c="dimmed" maw="80ch">
                Small figures: 95 % interval by subject; none with a single subject. A frame that
                only one of the two shows counts 0 for Dice. Research use only.
              </Text>
            </Part>
          )}
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Part title="Over time">
              <CheckTrend findings={findings} kind={kind.check_kind} />
            </Part>
            <Part title="Worst frames">
              <WorstFrames findings={findings} kind={kind.check_kind} />
            </Part>
          </SimpleGrid>
          <Part title="Each clip">
            <CheckList findings={findings} kind={kind.check_kind} />
          </Part>
        </Stack>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" bg="dark.6" miw={0}>
      <Group mb="sm">
        <Title order={3}>{title}</Title>
      </Group>
      {children}
    </Paper>
  );
}
