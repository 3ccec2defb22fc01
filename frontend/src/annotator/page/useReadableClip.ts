import { useQuery } from "@tanstack/react-query";
import { projectQuery } from "../../api/projects";
import type { Project } from "../../api/types";
import { type ClipDetail, clipDetailQuery, type FrameTable, frameTableQuery } from "../queries";
import { type ClipFrames, useClipFrames } from "./useClipFrames";

export interface SeenClip {
  readonly clip: ClipDetail;
  readonly frames: ClipFrames;
}

export interface ReadableClip extends SeenClip {
  readonly table: FrameTable;
  readonly project: Project;
}

/**
 * All that is needed to show a clip: itself, its frame table, its project's structures. `seen` is
 * there as soon as its pictures can be looked at.
 */
export function useReadableClip(clipId: string): {
  ready: ReadableClip | null;
  seen: SeenClip | null;
  error: unknown;
  retry: () => void;
} {
  const clip = useQuery(clipDetailQuery(clipId));
  const table = useQuery(frameTableQuery(clipId));
  const project = useQuery({
    ...projectQuery(clip.data?.project ?? ""),
    enabled: clip.data !== undefined,
  });
  const frames = useClipFrames(clip.data, table.data);
  const failed = [clip, table, project].find((query) => query.isError && !query.data);
  const seen = clip.data && frames ? { clip: clip.data, frames } : null;
  return {
    ready:
      seen !== null && table.data && project.data
        ? { ...seen, table: table.data, project: project.data }
        : null,
    seen,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
