import { Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "../api/keys";
import { projectQuery } from "../api/projects";
import type { Project } from "../api/types";
import { Problem } from "../parts/Problem";
import { documentFromRows, type SetDocument } from "./core/document";
import { AnnotatorRoom } from "./page/AnnotatorRoom";
import { OpeningRoom } from "./page/OpeningRoom";
import { type ClipFrames, useClipFrames } from "./page/useClipFrames";
import { useSession } from "./page/useSession";
import {
  type AnnotationSetDetail,
  type ClipDetail,
  clipDetailQuery,
  frameTableQuery,
  openOwnSet,
  type Suggestion,
  setDetailQuery,
  suggestionsQuery,
} from "./queries";

/** The room where an expert delineates a clip in their own set. */
export function AnnotatorPage({ clipId }: { clipId: string }) {
  const clip = useQuery(clipDetailQuery(clipId));
  const table = useQuery(frameTableQuery(clipId));
  const project = useQuery({
    ...projectQuery(clip.data?.project ?? ""),
    enabled: clip.data !== undefined,
  });
  const own = useQuery({
    queryKey: [...keys.annotationSets(clipId), "own"],
    queryFn: () => openOwnSet(clipId),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const set = useQuery({ ...setDetailQuery(own.data?.id ?? ""), enabled: own.data !== undefined });
  const suggestion = useSuggestion(clipId);
  const frames = useClipFrames(clip.data, table.data);
  useDocumentTitle(`${clip.data?.title ?? "Clip"} · Annotate · Fascicle`);

  const failed = [clip, table, project, own, set].find((query) => query.isError && !query.data);
  if (failed !== undefined) {
    return (
      <Center p="lg">
        <Problem
          error={failed.error}
          title="This clip cannot be annotated now"
          onRetry={() => failed.refetch()}
        />
      </Center>
    );
  }
  const seen = clip.data && frames ? { clip: clip.data, frames } : null;
  return (
    <OpeningRoom seen={seen} project={project.data} hasRail>
      {seen !== null && project.data && set.data && (
        <OpenSet
          key={set.data.id}
          {...seen}
          project={project.data}
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
    />
  );
}

/** The newest suggestion for a clip with its shapes, once there is one. */
export function useSuggestion(clipId: string): { row: Suggestion; document: SetDocument } | null {
  const row = useQuery(suggestionsQuery(clipId)).data?.[0];
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
