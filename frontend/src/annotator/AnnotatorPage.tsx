import { Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { openConsensus } from "../api/agreement";
import { keys } from "../api/keys";
import type { Project } from "../api/types";
import { Problem } from "../parts/Problem";
import { documentFromRows, type SetDocument } from "./core/document";
import { AnnotatorRoom } from "./page/AnnotatorRoom";
import { OpeningRoom } from "./page/OpeningRoom";
import { ToAdjudication } from "./page/ToAdjudication";
import type { ClipFrames } from "./page/useClipFrames";
import { useOpenedClip } from "./page/useOpenedClip";
import { useSession } from "./page/useSession";
import { useStartFrame } from "./page/useStartFrame";
import {
  type AnnotationSetDetail,
  type ClipDetail,
  openOwnSet,
  type Suggestion,
  setDetailQuery,
  suggestionsQuery,
} from "./queries";

/** The room where an expert delineates a clip in their own set. */
export function AnnotatorPage({
  clipId,
  purpose = "reader",
  frame,
}: {
  clipId: string;
  frame?: number | undefined;
  /** Of one's own set: a reading, or the consensus of others' readings. */
  purpose?: "reader" | "consensus";
}) {
  const { seen, clip, table, project, ...opened } = useOpenedClip(clipId);
  useStartFrame(seen, frame);
  // what is drawn over the pictures must not hold them up
  const isHere = clip !== undefined && table !== undefined;
  const own = useQuery({
    queryKey: [...keys.annotationSets(clipId), purpose === "reader" ? "own" : purpose],
    queryFn: () => (purpose === "reader" ? openOwnSet(clipId) : openConsensus(clipId)),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isHere,
  });
  const set = useQuery({ ...setDetailQuery(own.data?.id ?? ""), enabled: own.data !== undefined });
  const suggestion = useSuggestion(clipId, isHere);
  useDocumentTitle(`${seen?.clip.title ?? "Clip"} · Annotate · Fascicle`);

  const failed = [own, set].find((query) => query.isError && !query.data);
  const error = opened.error ?? failed?.error ?? null;
  if (error !== null) {
    return (
      <Center p="lg">
        <Problem
          error={error}
          title="This clip cannot be annotated now"
          onRetry={() => {
            opened.retry();
            void failed?.refetch();
          }}
        />
      </Center>
    );
  }
  return (
    <OpeningRoom seen={seen} project={project} hasRail>
      {seen !== null && isHere && project && set.data && (
        <OpenSet
          key={set.data.id}
          clip={clip}
          frames={seen.frames}
          project={project}
          set={set.data}
          suggestion={suggestion}
        />
      )}
    </OpeningRoom>
  );
}

interface OpenSetProps {
  clip: ClipDetail;
  frames: ClipFrames;
  project: Project;
  set: AnnotationSetDetail;
  suggestion: { row: Suggestion; document: SetDocument } | null;
}

function OpenSet({ clip, frames, project, set, suggestion }: OpenSetProps) {
  const session = useSession(set);
  if (session === null) return null;
  const mayChange = project.role === "expert" || project.role === "admin";
  const isOpen = set.state === "draft" || set.state === "returned";
  return (
    <AnnotatorRoom
      clip={clip}
      project={project}
      set={set}
      session={session}
      frames={frames}
      suggestion={suggestion}
      isReadOnly={!set.is_mine || !isOpen || !mayChange}
      closing={
        set.purpose === "consensus" ? (
          <ToAdjudication clipId={clip.id} session={session} />
        ) : undefined
      }
    />
  );
}

/** The newest suggestion for a clip with its shapes, once there is one. */
export function useSuggestion(
  clipId: string,
  isAsked = true,
): { row: Suggestion; document: SetDocument } | null {
  const row = useQuery({ ...suggestionsQuery(clipId), enabled: isAsked }).data?.[0];
  const { data } = useQuery({
    ...setDetailQuery(row?.annotation_set ?? ""),
    enabled: row !== undefined,
    staleTime: 60_000,
  });
  return useMemo(
    () => (row && data ? { row, document: documentFromRows(data.tracks) } : null),
    [row, data],
  );
}
