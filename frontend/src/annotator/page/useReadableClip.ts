import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { projectQuery } from "../../api/projects";
import type { Project } from "../../api/types";
import { expectClip } from "../../frames";
import { type ClipDetail, clipDetailQuery, type FrameTable, frameTableQuery } from "../queries";

export interface ReadableClip {
  readonly clip: ClipDetail;
  readonly table: FrameTable;
  readonly project: Project;
}

/** All that is needed to show a clip: itself, its frame table, its project's structures. */
export function useReadableClip(clipId: string): {
  ready: ReadableClip | null;
  error: unknown;
  retry: () => void;
} {
  useEffect(() => expectClip(clipId), [clipId]);
  const clip = useQuery(clipDetailQuery(clipId));
  const table = useQuery(frameTableQuery(clipId));
  const project = useQuery({
    ...projectQuery(clip.data?.project ?? ""),
    enabled: clip.data !== undefined,
  });
  const failed = [clip, table, project].find((query) => query.isError && !query.data);
  return {
    ready:
      clip.data && table.data && project.data
        ? { clip: clip.data, table: table.data, project: project.data }
        : null,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
