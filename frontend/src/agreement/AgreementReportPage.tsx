import { Alert, Button, Group, Paper, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { agreementReportQuery, breakdownQuery, type RowFilter } from "../api/agreement";
import { cancelJob, jobQuery } from "../api/jobs";
import { keys } from "../api/keys";
import type { AgreementDetail, Project } from "../api/types";
import { count, moment } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { tellError } from "../parts/tell";
import { BreakdownTable } from "./BreakdownTable";
import { ByFrame } from "./ByFrame";
import { DiceBoxes } from "./DiceBoxes";
import { FigureTable } from "./FigureTable";
import { JobProgress } from "./JobProgress";
import { PairMatrix } from "./PairMatrix";
import { type ReportFigures, readFigures } from "./readFigures";
import { WorstList } from "./WorstList";

/** How far readers agree, and where they do not. */
export function AgreementReportPage({ project, reportId }: { project: Project; reportId: string }) {
  const report = useQuery(agreementReportQuery(reportId));
  const figures = readFigures(report.data?.figures);
  return (
    <RoomPage
      title="Agreement"
      subtitle={
        <>
          <Link to="/projects/$projectId/agreement" params={{ projectId: project.id }}>
            All reports
          </Link>
          {report.data && figures && (
            <span>
              {" "}
              · {count(report.data.readers.length, "reader")}, {count(figures.clips, "clip")},{" "}
              {count(figures.subjects, "subject")}, {count(figures.frames, "frame")}
              {report.data.made_at && `, made ${moment(report.data.made_at)}`}
            </span>
          )}
        </>
      }
    >
      {report.isPending && <Skeleton height={320} />}
      {report.isError && <Problem error={report.error} onRetry={report.refetch} />}
      {report.data && figures === null && <Making report={report.data} />}
      {report.data && figures && <Made report={report.data} figures={figures} />}
    </RoomPage>
  );
}

function Making({ report }: { report: AgreementDetail }) {
  const queries = useQueryClient();
  const job = useQuery({ ...jobQuery(report.job_id ?? ""), enabled: report.job_id !== null });
  const cancel = useMutation({
    mutationFn: () => cancelJob(report.job_id ?? ""),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.agreementReport(report.id) }),
    onError: (error) => tellError(error),
  });
  return (
    <Paper withBorder p="md" bg="dark.6">
      <Stack gap="sm">
        <JobProgress job={job.data} />
        <Group>
          <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

function Made({ report, figures }: { report: AgreementDetail; figures: ReportFigures }) {
  const [code, setCode] = useState<string | null>(null);
  const [pair, setPair] = useState<string | null>(null);
  const structure = report.structures.find((each) => each.code === code);
  const [first, second] = pair === null ? [] : pair.split("-").map(Number);
  const filter: RowFilter = { structure: code ?? undefined, first, second };
  const pairs = figures.pairs.map((each) => ({
    value: `${each.first}-${each.second}`,
    label: `${report.readers[each.first]?.name} and ${report.readers[each.second]?.name}`,
  }));
  return (
    <Stack gap="md">
      {report.is_stale && (
        <Alert color="yellow" variant="light" icon={<IconHistory />} title="Readings moved on">
          {count(report.moved_on, "reading")} of this report{" "}
          {report.moved_on === 1 ? "has" : "have"} a later revision by now. The figures are of the
          revisions that were compared; make a new report for those that stand now.
        </Alert>
      )}
      <Part title="Dice of each structure">
        <DiceBoxes report={report} figures={figures} />
      </Part>
      <Part title="All figures">
        <FigureTable report={report} figures={figures} />
        <Text size="xs" c="dimmed" maw="80ch">
          Small figures: 95 % interval by subject; none with a single subject. A dash: nothing
          defines it, as a kappa where everybody always says the same. Readings{" "}
          {report.basis === "first" ? "as first handed in" : "as they stood"}; research use only.
        </Text>
      </Part>
      <Group gap="sm">
        <Select
          label="Structure"
          placeholder="All structures"
          clearable
          data={report.structures.map((each) => ({ value: each.code, label: each.name }))}
          value={code}
          onChange={setCode}
        />
        <Select
          label="Readers"
          placeholder="All pairs"
          clearable
          w={280}
          data={pairs}
          value={pair}
          onChange={setPair}
        />
      </Group>
      <Part title="Each two readers">
        <PairMatrix report={report} figures={figures} channel={structure?.channel ?? null} />
      </Part>
      <Part title="Where they agree least">
        <WorstList report={report} filter={filter} />
      </Part>
      <Part title="Frame by frame">
        <ByFrame report={report} filter={filter} />
      </Part>
      <BySubject report={report} filter={filter} />
    </Stack>
  );
}

function BySubject({ report, filter }: { report: AgreementDetail; filter: RowFilter }) {
  const [by, setBy] = useState<"subject" | "clip">("subject");
  const rows = useQuery(breakdownQuery(report.id, by, filter));
  return (
    <Part
      title={by === "subject" ? "By subject" : "By clip"}
      control={
        <Button
          size="xs"
          variant="default"
          onClick={() => setBy(by === "subject" ? "clip" : "subject")}
        >
          {by === "subject" ? "By clip" : "By subject"}
        </Button>
      }
    >
      {rows.isError && <Problem error={rows.error} onRetry={rows.refetch} />}
      {rows.data && <BreakdownTable rows={rows.data} clips={report.clips} by={by} />}
    </Part>
  );
}

function Part({
  title,
  control,
  children,
}: {
  title: string;
  control?: ReactNode;
  children: ReactNode;
}) {
  return (
    <Paper withBorder p="md" bg="dark.6" component="section" aria-label={title}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3">
          {title}
        </Title>
        {control}
      </Group>
      {children}
    </Paper>
  );
}
