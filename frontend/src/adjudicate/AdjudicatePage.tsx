import { Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { OpeningRoom } from "../annotator/page/OpeningRoom";
import { useReadableClip } from "../annotator/page/useReadableClip";
import { setDetailQuery } from "../annotator/queries";
import { openConsensus } from "../api/agreement";
import { sentenceOf } from "../api/client";
import { keys } from "../api/keys";
import { Problem } from "../parts/Problem";
import { AdjudicateRoom } from "./AdjudicateRoom";
import { useReaders } from "./useVoices";

const WITH_NAMES = { hasNames: true };

interface AdjudicatePageProps {
  clipId: string;
  frame: number;
  structure: string | undefined;
}

/** The room where a colleague settles what readers delineate differently. */
export function AdjudicatePage({ clipId, frame, structure }: AdjudicatePageProps) {
  const { ready, seen, error, retry } = useReadableClip(clipId);
  const { readers, error: unread, retry: readAgain } = useReaders(clipId);
  const own = useQuery({
    queryKey: [...keys.annotationSets(clipId), "consensus"],
    queryFn: () => openConsensus(clipId),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const consensus = useQuery({
    ...setDetailQuery(own.data?.id ?? ""),
    enabled: own.data !== undefined,
  });
  useDocumentTitle(`${ready?.clip.title ?? "Clip"} · Adjudicate · Fascicle`);
  const failure = (ready === null ? error : null) ?? unread ?? consensus.error;
  if (failure !== null) {
    return (
      <Center p="lg">
        <Problem
          error={failure}
          title="This clip cannot be adjudicated now"
          onRetry={() => {
            retry();
            readAgain();
            void consensus.refetch();
          }}
        />
      </Center>
    );
  }
  const isHere = own.isError || consensus.data !== undefined;
  return (
    <OpeningRoom seen={seen} initialAppearance={WITH_NAMES}>
      {ready !== null && readers !== null && isHere && (
        <AdjudicateRoom
          key={clipId}
          {...ready}
          readers={readers}
          consensus={consensus.data ?? null}
          obstacle={own.isError ? sentenceOf(own.error) : null}
          startFrame={Math.min(frame, ready.clip.frame_count - 1)}
          startStructure={structure}
        />
      )}
    </OpeningRoom>
  );
}
