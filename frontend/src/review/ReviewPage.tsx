import { Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { OpeningRoom } from "../annotator/page/OpeningRoom";
import { useReadableClip } from "../annotator/page/useReadableClip";
import { setDetailQuery } from "../annotator/queries";
import { Problem } from "../parts/Problem";
import { ReviewRoom } from "./ReviewRoom";

const WITH_NAMES = { hasNames: true };

/** The room where a second expert looks at submitted work and decides. */
export function ReviewPage({ clipId, setId }: { clipId: string; setId: string }) {
  const { ready, seen, error, retry } = useReadableClip(clipId);
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
      {ready !== null && set.data && <ReviewRoom key={setId} {...ready} set={set.data} />}
    </OpeningRoom>
  );
}
