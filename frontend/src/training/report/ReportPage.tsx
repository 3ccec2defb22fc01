import { Alert, Button, Group, Paper, Progress, Skeleton, Stack, Text, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconDownload,
  IconFileTypePdf,
  IconRefresh,
  IconReportAnalytics,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isOpen } from "../../api/jobs";
import { keys } from "../../api/keys";
import { makeReport, reportFigure, reportFile, runReportQuery } from "../../api/reports";
import type { Project, RunReport } from "../../api/types";
import { moment, percent, score } from "../../format/text";
import { EmptyState } from "../../parts/EmptyState";
import { Problem } from "../../parts/Problem";
import { RoomPage } from "../../parts/RoomPage";
import { tellError } from "../../parts/tell";
import { MetricsTable } from "../MetricsTable";
import { DistanceTable } from "./DistanceTable";
import { FoldTable } from "./FoldTable";
import { Gallery } from "./Gallery";
import { contentsOf, mixUps, type ReportContents, readersOf } from "./readReport";
import classes from "./report.module.css";
import { StructureFolds } from "./StructureFolds";
import { TraitTable } from "./TraitTable";

/** Everything that was measured on the frames that a run held out. */
export function ReportPage({ project, runId }: { project: Project; runId: string }) {
  const report = useQuery(runReportQuery(runId));
  const contents = contentsOf(report.data?.contents);
  return (
    <RoomPage
      title={contents ? `Report: ${contents.title.split(": ").at(-1)}` : "Report"}
      subtitle={
        <Group gap="xs">
          <Link
            to="/projects/$projectId/training/$runId"
            params={{ projectId: project.id, runId }}
            className={classes.link}
          >
            Back to the run
          </Link>
          {report.data?.made_at && <span>· made {moment(report.data.made_at)}</span>}
        </Group>
      }
      actions={report.data?.made_at && <Files runId={runId} />}
    >
      {report.isPending && <Skeleton height={360} />}
      {report.isError && <Problem error={report.error} onRetry={report.refetch} />}
      {report.data === null && <NotAskedFor runId={runId} />}
      {report.data && (
        <Stack gap="md">
          <Making report={report.data} />
          {contents && <Contents project={project} report={report.data} contents={contents} />}
        </Stack>
      )}
    </RoomPage>
  );
}

function Files({ runId }: { runId: string }) {
  return (
    <>
      <Button
        component="a"
        variant="default"
        leftSection={<IconDownload size={16} />}
        href={reportFile(runId, "html")}
      >
        HTML
      </Button>
      <Button
        component="a"
        variant="default"
        leftSection={<IconFileTypePdf size={16} />}
        href={reportFile(runId, "pdf")}
      >
        PDF
      </Button>
      <MakeButton runId={runId} label="Make anew" />
    </>
  );
}

function MakeButton({ runId, label }: { runId: string; label: string }) {
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () => makeReport(runId),
    onError: (error) => tellError(error, "Not made"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.runReport(runId) }),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={making.isPending}
      onClick={() => making.mutate()}
    >
      {label}
    </Button>
  );
}

function NotAskedFor({ runId }: { runId: string }) {
  return (
    <EmptyState
      icon={IconReportAnalytics}
      title="No report yet"
      action={<MakeButton runId={runId} label="Make the report" />}
    >
      A report is made when a run ends well. Of runs from before there were reports it can be made
      now.
    </EmptyState>
  );
}

/** How far the making is, or why it failed; nothing once the report stands. */
function Making({ report }: { report: RunReport }) {
  if (isOpen(report.state)) {
    return (
      <Paper withBorder p="sm" bg="dark.6" component="section" aria-label="Making of the report">
        <Text size="sm" mb={6}>
          {report.state === "queued" ? "Waiting for a free worker" : "The report is being made"}
        </Text>
        <Progress value={report.progress * 100} aria-label={percent(report.progress)} />
      </Paper>
    );
  }
  if (report.state === "done") return null;
  return (
    <Group align="flex-start">
      <Problem title="The report was not made" error={new Error(report.error)} />
      <MakeButton runId={report.run} label="Try again" />
    </Group>
  );
}

interface ContentsProps {
  project: Project;
  report: RunReport;
  contents: ReportContents;
}

function Contents({ project, report, contents }: ContentsProps) {
  const structures = project.procedure.structures;
  return (
    <>
      <Alert
        color="yellow"
        variant="outline"
        icon={<IconAlertTriangle />}
        title="Research use only"
        styles={{ message: { color: "var(--mantine-color-dark-0)" } }}
      >
        Not for diagnosis, not for guiding a needle.
      </Alert>
      <Section title="Where it comes from">
        <dl className={classes.facts}>
          {contents.facts.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title="Over all frames held out">
        <MetricsTable metrics={contents.metrics} structures={structures} whiskers="deviation" />
        <BetweenReaders contents={contents} />
      </Section>
      <Section title="Single frames and distances">
        <DistanceTable metrics={contents.metrics} structures={structures} />
      </Section>
      <Section title="Each fold">
        <FoldTable contents={contents} runId={report.run} />
      </Section>
      <Section title="Each structure by fold">
        <StructureFolds metrics={contents.metrics} structures={structures} />
      </Section>
      <div className={classes.figures}>
        {report.figures.map((figure) => (
          <Section key={figure.name} title={figure.title}>
            <figure className={classes.figure}>
              <section
                className={classes.picture}
                // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keyboard where narrow
                tabIndex={0}
                aria-label={`${figure.title}, figure`}
              >
                <img
                  src={reportFigure(report, figure.name)}
                  alt={`${figure.title}: see the tables`}
                />
              </section>
              <figcaption>{figure.caption}</figcaption>
            </figure>
            {figure.name === "confusion" && <MixUps contents={contents} />}
            {figure.name === "traits" && <TraitTable traits={contents.traits} />}
          </Section>
        ))}
      </div>
      {report.gallery.length > 0 && (
        <Section title="Frames of lowest IoU">
          <Gallery report={report} structures={contents.structures} />
        </Section>
      )}
    </>
  );
}

function BetweenReaders({ contents }: { contents: ReportContents }) {
  const readers = readersOf(contents);
  if (readers === null) return null;
  const dices = readers.structures.map(
    ({ name, dice, comparisons }) => `${name} ${score(dice)} (n = ${comparisons})`,
  );
  return (
    <Text size="sm" mt="xs" maw="80ch">
      Dice between two readers: {dices.join(", ")}; n: frames compared by two readers.{" "}
      {readers.words}
    </Text>
  );
}

function MixUps({ contents }: { contents: ReportContents }) {
  const found = mixUps(contents);
  if (found.length === 0) {
    return <Text size="sm">No structure is taken for another in 1 % or more of its pixels.</Text>;
  }
  return (
    <ul className={classes.list}>
      {found.map(({ of, as, share }) => (
        <li key={`${of}-${as}`}>
          {(share * 100).toFixed(1)} % of {of.toLowerCase()} is taken for {as.toLowerCase()}
        </li>
      ))}
    </ul>
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
