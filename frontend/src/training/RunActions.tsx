import { Button, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconReload,
  IconReportAnalytics,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { isOpen } from "../api/jobs";
import { keys } from "../api/keys";
import { cancelRun, pauseRun, resumeRun, retryRun } from "../api/training";
import type { TrainingRun } from "../api/types";
import { tellError } from "../parts/tell";

/** What can be done with a run in its state, by an admin and by anyone who reads it. */
export function RunActions({ run, isAdmin }: { run: TrainingRun; isAdmin: boolean }) {
  const isUnderWay = isOpen(run.state);
  const isPaused = run.state === "paused";
  return (
    <>
      {run.state === "done" && <ReportLink run={run} />}
      {isAdmin && isUnderWay && (
        <ActButton run={run} act={pauseRun} label="Pause" refused="Not paused" icon={PAUSE} />
      )}
      {isAdmin && isPaused && (
        <ActButton run={run} act={resumeRun} label="Resume" refused="Not resumed" icon={PLAY} />
      )}
      {isAdmin && run.state === "failed" && (
        <ActButton run={run} act={retryRun} label="Try again" refused="Not tried" icon={AGAIN} />
      )}
      {isAdmin && (isUnderWay || isPaused) && <CancelRun run={run} />}
    </>
  );
}

const PAUSE = <IconPlayerPause size={16} />;
const PLAY = <IconPlayerPlay size={16} />;
const AGAIN = <IconReload size={16} />;

interface ActButtonProps {
  run: TrainingRun;
  act: (runId: string) => Promise<unknown>;
  label: string;
  refused: string;
  icon: ReactNode;
}

function ActButton({ run, act, label, refused, icon }: ActButtonProps) {
  const queries = useQueryClient();
  const acting = useMutation({
    mutationFn: () => act(run.id),
    onError: (error) => tellError(error, refused),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: keys.runs(run.project) });
      return queries.invalidateQueries({ queryKey: keys.run(run.id) });
    },
  });
  return (
    <Button
      variant="default"
      leftSection={icon}
      loading={acting.isPending}
      onClick={() => acting.mutate()}
    >
      {label}
    </Button>
  );
}

function ReportLink({ run }: { run: TrainingRun }) {
  return (
    <Button
      variant="default"
      leftSection={<IconReportAnalytics size={16} />}
      renderRoot={(props) => (
        <Link
          to="/projects/$projectId/training/$runId/report"
          params={{ projectId: run.project, runId: run.id }}
          {...props}
        />
      )}
    >
      Report
    </Button>
  );
}

function CancelRun({ run }: { run: TrainingRun }) {
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelRun(run.id),
    onError: (error) => tellError(error, "Not cancelled"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.run(run.id) }),
  });
  const onCancel = () =>
    modals.openConfirmModal({
      title: `Cancel run ${run.number}?`,
      children: <Text size="sm">All folds stop and no model is made. Curves so far are kept.</Text>,
      labels: { confirm: "Cancel the run", cancel: "Let it go on" },
      confirmProps: { color: "red" },
      onConfirm: () => cancelling.mutate(),
    });
  return (
    <Button
      variant="default"
      leftSection={<IconPlayerStop size={16} />}
      loading={cancelling.isPending}
      onClick={onCancel}
    >
      Cancel run
    </Button>
  );
}
