import type { Project } from "../../api/types";
import type { ClipDetail, FrameTable } from "../queries";
import type { ClipFrames } from "./useClipFrames";
import { type SeenClip, useOpenedClip } from "./useOpenedClip";

export type { SeenClip } from "./useOpenedClip";

export interface ReadableClip {
  readonly clip: ClipDetail;
  readonly frames: ClipFrames;
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
  const { seen, clip, table, project, error, retry } = useOpenedClip(clipId);
  return {
    ready:
      seen !== null && clip && table && project
        ? { clip, frames: seen.frames, table, project }
        : null,
    seen,
    error,
    retry,
  };
}
