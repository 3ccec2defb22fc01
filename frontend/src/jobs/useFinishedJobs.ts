import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { isOpen } from "../api/jobs";
import { keys } from "../api/keys";
import type { Job } from "../api/types";

/** Refresh what a job has changed at the moment it is seen to have ended. */
export function useFinishedJobs(jobs: readonly Job[]): void {
  const queries = useQueryClient();
  const open = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const ended = jobs.filter((job) => open.current.has(job.id) && !isOpen(job.state));
    open.current = new Set(jobs.filter((job) => isOpen(job.state)).map(({ id }) => id));
    if (ended.length === 0) return;
    for (const { project, target_id: targetId } of ended) {
      if (project === null) continue;
      const changed = [
        keys.projects,
        keys.clips(project),
        keys.uploads(project),
        keys.storage(project),
        keys.queue(project),
        keys.subjects(project),
        keys.runs(project),
        keys.modelVersions(project),
        ...(targetId === null
          ? []
          : [keys.clip(targetId), keys.suggestions(targetId), keys.annotationSets(targetId)]),
      ];
      for (const queryKey of changed) void queries.invalidateQueries({ queryKey });
    }
  }, [jobs, queries]);
}
