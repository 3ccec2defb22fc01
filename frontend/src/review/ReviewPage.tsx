import { Center, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useClipFrames } from "../annotator/page/useClipFrames";
import { type ReadableClip, useReadableClip } from "../annotator/page/useReadableClip";
import { type AnnotationSetDetail, setDetailQuery } from "../annotator/queries";
import { Problem } from "../parts/Problem";
import { ReviewRoom } from "./ReviewRoom";

/** The room where a second expert looks at submitted work and decides. */
export function ReviewPage({ clipId, setId }: { clipId: string; setId: string }) {
  const { ready, error, retry } = useReadableClip(clipId);
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
  if (ready === null || !set.data) return <Loading />;
  return <OpenReview key={setId} {...ready} set={set.data} />;
}

function OpenReview(props: ReadableClip & { set: AnnotationSetDetail }) {
  const frames = useClipFrames(props.clip, props.table);
  if (frames === null) return <Loading />;
  return <ReviewRoom {...props} frames={frames} />;
}

function Loading() {
  return (
    <Center h="60dvh">
      <Loader aria-label="Loading the clip" />
    </Center>
  );
}
