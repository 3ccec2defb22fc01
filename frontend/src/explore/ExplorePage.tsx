import { Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useSuggestion } from "../annotator/AnnotatorPage";
import { documentFromRows } from "../annotator/core/document";
import { OpeningRoom } from "../annotator/page/OpeningRoom";
import { useReadableClip } from "../annotator/page/useReadableClip";
import { useStartFrame } from "../annotator/page/useStartFrame";
import { clipSetsQuery, setDetailQuery } from "../annotator/queries";
import { Problem } from "../parts/Problem";
import { ExploreRoom } from "./ExploreRoom";

const WITH_NAMES = { hasNames: true };

/** The room where a trainee looks at a clip, what the model says and what experts accepted. */
export function ExplorePage({ clipId, frame }: { clipId: string; frame: number | undefined }) {
  const { ready, seen, error, retry } = useReadableClip(clipId);
  useStartFrame(seen, frame);
  const suggestion = useSuggestion(clipId);
  const sets = useQuery(clipSetsQuery(clipId));
  const accepted = useMemo(
    () =>
      sets.data
        ?.filter((set) => set.state === "accepted" && set.purpose !== "suggestion")
        .sort(
          (a, b) =>
            Number(b.purpose === "consensus") - Number(a.purpose === "consensus") ||
            b.updated_at.localeCompare(a.updated_at),
        )[0] ?? null,
    [sets.data],
  );
  const read = useQuery({
    ...setDetailQuery(accepted?.id ?? ""),
    enabled: accepted !== null,
  });
  const detail = read.data;
  const expert = useMemo(
    () =>
      detail ? { set: detail, document: documentFromRows(detail.tracks, detail.judgement) } : null,
    [detail],
  );
  useDocumentTitle(`${ready?.clip.title ?? "Clip"} · Explore · Fascicle`);

  if (error !== null && ready === null) {
    return (
      <Center p="lg">
        <Problem error={error} title="This clip cannot be shown" onRetry={retry} />
      </Center>
    );
  }
  const unread = [sets, read].find((query) => query.isError && query.data === undefined);
  if (unread !== undefined) {
    return (
      <Center p="lg">
        <Problem
          error={unread.error}
          title="What was drawn on this clip could not be read"
          onRetry={() => void unread.refetch()}
        />
      </Center>
    );
  }
  const isHere = !sets.isPending && (accepted === null || expert !== null);
  return (
    <OpeningRoom seen={seen} initialAppearance={WITH_NAMES}>
      {ready !== null && isHere && (
        <ExploreRoom key={clipId} {...ready} model={suggestion} expert={expert} />
      )}
    </OpeningRoom>
  );
}
