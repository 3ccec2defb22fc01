import { Button, Center } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useSuggestion } from "../annotator/AnnotatorPage";
import type { SetDocument } from "../annotator/core/document";
import type { AnnotationSession } from "../annotator/core/session";
import { AnnotatorRoom } from "../annotator/page/AnnotatorRoom";
import { OpeningRoom } from "../annotator/page/OpeningRoom";
import { type ReadableClip, useReadableClip } from "../annotator/page/useReadableClip";
import { useSession } from "../annotator/page/useSession";
import { useStartFrame } from "../annotator/page/useStartFrame";
import { type AnnotationSetDetail, type Suggestion, setDetailQuery } from "../annotator/queries";
import { keys } from "../api/keys";
import type { StartAt } from "../app/startAt";
import { Problem } from "../parts/Problem";
import { tellError } from "../parts/tell";
import { obstacleOf } from "./DecisionPanel";

interface CorrectPageProps extends StartAt {
  clipId: string;
  setId: string;
}

/** The annotator on a colleague's reading that waits for review: each change is the reviewer's. */
export function CorrectPage({ clipId, setId, frame }: CorrectPageProps) {
  const { ready, seen, error, retry } = useReadableClip(clipId);
  useStartFrame(seen, frame);
  const set = useQuery(setDetailQuery(setId));
  const suggestion = useSuggestion(clipId, ready !== null);
  useDocumentTitle(`${ready?.clip.title ?? "Clip"} · Correct · Fascicle`);
  const failure = (ready === null ? error : null) ?? (set.data ? null : set.error);
  if (failure !== null) {
    return (
      <Center p="lg">
        <Problem
          error={failure}
          title="This reading cannot be corrected now"
          onRetry={() => {
            retry();
            void set.refetch();
          }}
        />
      </Center>
    );
  }
  return (
    <OpeningRoom seen={seen} project={ready?.project} hasRail>
      {ready !== null && set.data && (
        <Correcting key={setId} {...ready} set={set.data} suggestion={suggestion} />
      )}
    </OpeningRoom>
  );
}

interface CorrectingProps extends ReadableClip {
  set: AnnotationSetDetail;
  suggestion: { row: Suggestion; document: SetDocument } | null;
}

function Correcting({ clip, project, frames, set, suggestion }: CorrectingProps) {
  const session = useSession(set);
  if (session === null) return null;
  const mayReview = project.role === "expert" || project.role === "admin";
  return (
    <AnnotatorRoom
      clip={clip}
      project={project}
      set={set}
      session={session}
      frames={frames}
      suggestion={suggestion}
      isReadOnly={obstacleOf(set, mayReview) !== null}
      closing={<BackToReview set={set} session={session} player={frames.player} />}
    />
  );
}

interface BackToReviewProps {
  set: AnnotationSetDetail;
  session: AnnotationSession;
  player: ReadableClip["frames"]["player"];
}

/** Back to the decision, once everything is saved. */
function BackToReview({ set, session, player }: BackToReviewProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const goBack = async () => {
    await session.outbox.flush();
    if (!session.outbox.isEmpty) {
      tellError(
        new Error("Some changes have not reached the server yet. Try again in a moment."),
        "Not saved yet",
      );
      return;
    }
    await queries.invalidateQueries({ queryKey: keys.annotationSet(set.id) });
    await navigate({
      to: "/clips/$clipId/review/$setId",
      params: { clipId: set.clip, setId: set.id },
      search: { frame: player.snapshot().index },
    });
  };
  return (
    <Button size="xs" leftSection={<IconArrowBackUp size={15} />} onClick={() => void goBack()}>
      Back to the decision
    </Button>
  );
}
