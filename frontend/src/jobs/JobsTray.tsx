import {
  ActionIcon,
  Anchor,
  Button,
  Group,
  Indicator,
  Popover,
  Progress,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { IconProgress } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { exportFileAddress } from "../api/exports";
import { cancelJob, isOpen, jobsQuery } from "../api/jobs";
import { keys } from "../api/keys";
import type { Job } from "../api/types";
import { ago, count, percent } from "../format/text";
import { StateBadge } from "../parts/StateBadge";
import { tellError } from "../parts/tell";
import { useWaitingForALook } from "../uploads/useWaitingForALook";
import { isFetchable, jobName, placeOf } from "./jobNames";
import { useFinishedJobs } from "./useFinishedJobs";

/** The work of a project: what runs with its progress, and how the last ones ended. */
export function JobsTray({ projectId }: { projectId: string | null }) {
  const jobs = useQuery({ ...jobsQuery(projectId), enabled: projectId !== null }).data ?? [];
  useFinishedJobs(jobs);
  const [isShown, tray] = useDisclosure(false);
  // Wherever the focus is: a row with the focus may go away when its job ends.
  useWindowEvent("keydown", ({ key }) => {
    if (key === "Escape") tray.close();
  });
  const open = jobs.filter((job) => isOpen(job.state));
  const label = open.length === 0 ? "Jobs: nothing is running" : `Jobs: ${open.length} running`;
  return (
    <Popover width={360} position="bottom-end" shadow="md" opened={isShown} onDismiss={tray.close}>
      <Popover.Target>
        <Tooltip label={label} disabled={isShown}>
          <Indicator
            disabled={open.length === 0}
            label={open.length}
            size={16}
            offset={5}
            color="iris"
          >
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={label}
              onClick={tray.toggle}
            >
              <IconProgress size={21} stroke={1.6} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Jobs" aria-labelledby={undefined}>
        <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0 }}>
          <Stack gap={0} p="sm">
            <WaitingForALook projectId={projectId} onGo={tray.close} />
            {jobs.length === 0 && (
              <Text size="sm" c="dimmed">
                Nothing runs here yet. Uploads, pre-annotation and training show up in this list.
              </Text>
            )}
            {jobs.slice(0, 15).map((job) => (
              <JobRow key={job.id} job={job} onGo={tray.close} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Work that waits for a person stands before the work of machines. */
function WaitingForALook({ projectId, onGo }: { projectId: string | null; onGo: () => void }) {
  const waiting = useWaitingForALook(projectId);
  const first = waiting.at(-1);
  if (first === undefined) return null;
  return (
    <Anchor
      size="sm"
      fw={550}
      c="iris.3"
      pb={8}
      onClick={onGo}
      renderRoot={(props) => (
        <Link to="/uploads/$uploadId" params={{ uploadId: first.id }} {...props} />
      )}
    >
      {count(waiting.length, "recording waits", "recordings wait")} for your look
    </Anchor>
  );
}

/** The name of a job; a way to the clip or the run that it is about. */
function JobTitle({ job, onGo }: { job: Job; onGo: () => void }) {
  const name = jobName(job.kind);
  const place = placeOf(job);
  return (
    <Text size="sm" fw={550} truncate>
      {place === null ? (
        name
      ) : (
        <Link to={place} style={{ color: "inherit" }} onClick={onGo}>
          {name}
        </Link>
      )}
    </Text>
  );
}

function JobRow({ job, onGo }: { job: Job; onGo: () => void }) {
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelJob(job.id),
    onError: (error) => tellError(error, "Not cancelled"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.jobs(job.project) }),
  });
  return (
    <Stack gap={4} py={8} style={{ borderBottom: "1px solid var(--mantine-color-dark-5)" }}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <JobTitle job={job} onGo={onGo} />
        <StateBadge state={job.state} size="xs" />
      </Group>
      {isOpen(job.state) ? (
        <>
          <Progress
            value={job.progress * 100}
            size="sm"
            aria-label={`${jobName(job.kind)}: ${percent(job.progress)}`}
          />
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Text size="xs" c="dimmed" truncate>
              {job.is_cancel_requested ? "Stopping…" : job.message || percent(job.progress)}
            </Text>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              disabled={job.is_cancel_requested}
              loading={cancelling.isPending}
              onClick={() => cancelling.mutate()}
            >
              Cancel
            </Button>
          </Group>
        </>
      ) : (
        <>
          {isFetchable(job) && job.target_id !== null && (
            <Anchor
              size="xs"
              href={exportFileAddress(job.target_id)}
              download
              aria-label={`Download: ${jobName(job.kind)}, ${ago(job.finished_at ?? job.created_at)}`}
            >
              Download the zip · research use only
            </Anchor>
          )}
          <Text size="xs" c={job.state === "failed" ? "red.3" : "dimmed"} lineClamp={3}>
            {[job.error || job.message, ago(job.finished_at ?? job.created_at)]
              .filter((part) => part !== "")
              .join(" · ")}
          </Text>
        </>
      )}
    </Stack>
  );
}
