import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { measureChecks } from "../api/checks";
import { isOpen, jobQuery } from "../api/jobs";
import { keys } from "../api/keys";
import { tellError } from "../parts/tell";

/** Measures what waits, and reads the page anew when that is done. */
export function MeasureButton({ projectId }: { projectId: string }) {
  const queries = useQueryClient();
  const [jobId, setJobId] = useState<string | null>(null);
  const job = useQuery({ ...jobQuery(jobId ?? ""), enabled: jobId !== null }).data;
  const isDone = job !== undefined && !isOpen(job.state);
  const start = useMutation({
    mutationFn: () => measureChecks(projectId),
    onSuccess: ({ id }) => {
      setJobId(id);
      void queries.invalidateQueries({ queryKey: keys.jobs(projectId) });
    },
    onError: (error) => tellError(error, "Not measured"),
  });
  useEffect(() => {
    if (!isDone) return;
    setJobId(null);
    void queries.invalidateQueries({ queryKey: keys.readerChecks(projectId) });
    if (job.state !== "done") tellError(new Error(job.error), "Not measured");
  }, [isDone, job, queries, projectId]);
  return (
    <Button loading={start.isPending || jobId !== null} onClick={() => start.mutate()}>
      Measure now
    </Button>
  );
}
