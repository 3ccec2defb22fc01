import { type InfiniteData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { projectQuery } from "../../api/projects";
import type { Clip, Page, Project } from "../../api/types";
import { type ClipDetail, clipDetailQuery, type FrameTable, frameTableQuery } from "../queries";
import { type ClipFrames, useClipFrames } from "./useClipFrames";

export interface SeenClip {
  readonly clip: Clip;
  readonly frames: ClipFrames;
}

export interface OpenedClip {
  /** There as soon as the first picture can be looked at. */
  readonly seen: SeenClip | null;
  readonly clip: ClipDetail | undefined;
  readonly table: FrameTable | undefined;
  readonly project: Project | undefined;
  /** What of these three could not be had. */
  readonly error: unknown;
  readonly retry: () => void;
}

/** A clip, its frame table and its project; what a list said of the clip serves until then. */
export function useOpenedClip(clipId: string): OpenedClip {
  const detail = useQuery(clipDetailQuery(clipId));
  const table = useQuery(frameTableQuery(clipId));
  const listed = useListedClip(clipId);
  const clip: Clip | undefined = detail.data ?? listed;
  const project = useQuery({
    ...projectQuery(clip?.project ?? ""),
    enabled: clip !== undefined,
  });
  const frames = useClipFrames(clip, detail.data?.chunks, table.data);
  const failed = [detail, table, project].find((query) => query.isError && !query.data);
  return {
    seen: clip && frames ? { clip, frames } : null,
    clip: detail.data,
    table: table.data,
    project: project.data,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}

/** The clip as a list of clips that is still in memory has it. */
function useListedClip(clipId: string): Clip | undefined {
  const queries = useQueryClient();
  return useMemo(() => {
    const lists = queries.getQueriesData<InfiniteData<Page<Clip>>>({ queryKey: ["clips", "of"] });
    for (const [, list] of lists) {
      for (const page of list?.pages ?? []) {
        const clip = page.results.find((one) => one.id === clipId);
        if (clip !== undefined) return clip;
      }
    }
    return undefined;
  }, [queries, clipId]);
}
