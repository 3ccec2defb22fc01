import { Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { OpeningRoom } from "../annotator/page/OpeningRoom";
import { useReadableClip } from "../annotator/page/useReadableClip";
import { useStartFrame } from "../annotator/page/useStartFrame";
import { clipSetsQuery, setDetailQuery } from "../annotator/queries";
import type { ReviewAt } from "../app/startAt";
import { Problem } from "../parts/Problem";
import { otherNames } from "./otherReading";
import { ReviewRoom } from "./ReviewRoom";

const WITH_NAMES = { hasNames: true };

interface ReviewPageProps extends ReviewAt {
  clipId: string;
  setId: string;
}

/** The room where a second expert looks at submitted work and decides. */
export function ReviewPage({ clipId, setId, frame, against, revision }: ReviewPageProps) {
  const { ready, seen, error, retry } = useReadableClip(clipId);
  useStartFrame(seen, frame);
  const sets = useQuery({ ...clipSetsQuery(clipId), enabled: against !== undefined });
  const other = sets.data?.find(({ id }) => id === against);
  const set = useQuery(setDetailQuery(setId));
  useDocumentTitle(`${ready?.clip.title ?? "Clip"} · Review · Fascicle`);
  const failure = (ready === null ? error : null) ?? (set.data ? null : set.error);
  if (failure !== null) {
    return (
      <Center p="lg">
        <Problem
          error={failure}
          title="This review cannot be opened"
          onRetry={() => {
            retry();
            void set.refetch();
          }}
        />
      </Center>
    );
  }
  return (
    <OpeningRoom seen={seen} initialAppearance={WITH_NAMES}>
      {ready !== null && set.data && (
        <ReviewRoom
          key={setId}
          {...ready}
          set={set.data}
          other={
            other !== undefined && revision !== undefined
              ? { setId: other.id, revision, ...otherNames(other, set.data) }
              : null
          }
        />
      )}
    </OpeningRoom>
  );
}
