import { Progress, Stack, Text } from "@mantine/core";
import type { Job } from "../api/types";

/** How far long work is, and what went wrong with it. */
export function JobProgress({ job }: { job: Job | undefined }) {
  if (job?.state === "failed" || job?.state === "cancelled") {
    return <Text size="sm">{job.error || "The work was cancelled."}</Text>;
  }
  return (
    <Stack gap={6}>
      <Text size="sm">{job?.message || "Waiting for a worker"}</Text>
      <Progress value={100 * (job?.progress ?? 0)} aria-label="Progress" />
    </Stack>
  );
}
