import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { queueQuery } from "../../api/clips";
import { keys } from "../../api/keys";
import { expectFirstFrame } from "../../frames/firstFrame";
import { clipDetailQuery, frameTableQuery, suggestionsQuery } from "../queries";

/** The next clip that waits for this person, fetched ahead; null when none waits. */
export function useNextClip(projectId: string, clipId: string): (() => void) | null {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const queue = useQuery(queueQuery(projectId)).data;
  const waiting = [
    ...(queue?.returned.map(({ clip }) => clip.id) ?? []),
    ...(queue?.assigned.flatMap(({ task, clip }) => (task === "annotate" ? [clip.id] : [])) ?? []),
    ...(queue?.to_annotate.map(({ id }) => id) ?? []),
  ];
  const at = waiting.indexOf(clipId);
  const next = [...waiting.slice(at + 1), ...waiting.slice(0, Math.max(0, at))][0] ?? null;
  useEffect(() => {
    if (next === null) return;
    void queries.prefetchQuery(clipDetailQuery(next));
    void queries.prefetchQuery(frameTableQuery(next));
    void queries.prefetchQuery(suggestionsQuery(next));
    expectFirstFrame(next);
  }, [queries, next]);
  if (next === null) return null;
  return () => {
    // what was just done here may have left the queue
    void queries.invalidateQueries({ queryKey: keys.queue(projectId) });
    void navigate({ to: "/clips/$clipId/annotate", params: { clipId: next } });
  };
}
