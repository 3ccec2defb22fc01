import { Center, Loader } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useReadableClip } from "../annotator/page/useReadableClip";
import { type AskedQuestion, commitAnswer, type GivenAnswer, type Reveal } from "../api/practice";
import { Problem } from "../parts/Problem";
import { tellError } from "../parts/tell";
import { DelineateQuestion } from "./DelineateQuestion";
import { FindQuestion } from "./FindQuestion";
import { hasMovedOn } from "./fetchNext";
import { NameQuestion } from "./NameQuestion";
import type { QuestionProps } from "./questionProps";
import { RevealRoom } from "./RevealRoom";
import { ScanQuestion } from "./ScanQuestion";

interface QuestionRoomProps {
  asked: AskedQuestion;
  reveal: Reveal | null;
  onRevealed(reveal: Reveal): void;
  /** The server no longer asks this; resolves when it was asked what comes now. */
  onMovedOn(failure: unknown): Promise<void>;
  onNext(): void;
}

const MODES: Record<AskedQuestion["mode"], (props: QuestionProps) => React.ReactNode> = {
  find: FindQuestion,
  name: NameQuestion,
  delineate: DelineateQuestion,
  scan: ScanQuestion,
};

/** A question until it is answered, then what the answer reveals. */
export function QuestionRoom({ asked, reveal, onRevealed, onMovedOn, onNext }: QuestionRoomProps) {
  const { ready, error, retry } = useReadableClip(asked.clip);
  const [isAt, setIsAt] = useState(false);
  const commit = useMutation({
    mutationFn: (answer: GivenAnswer) =>
      commitAnswer({
        question: asked.id,
        number: asked.number,
        first_frame: asked.first_frame,
        last_frame: asked.last_frame,
        answer,
      }),
    onSuccess: onRevealed,
    // waited for: until the page knows what is asked now, nothing is sent again
    onError: (failure) =>
      hasMovedOn(failure) ? onMovedOn(failure) : tellError(failure, "The answer was not kept"),
  });
  const player = ready?.frames.player;
  useEffect(() => {
    player?.go(asked.first_frame);
    setIsAt(player !== undefined);
  }, [player, asked.first_frame]);

  if (error !== null && ready === null) {
    return (
      <Center p="lg">
        <Problem error={error} title="The clip cannot be shown" onRetry={retry} />
      </Center>
    );
  }
  if (ready === null || !isAt) {
    return (
      <Center h="50dvh">
        <Loader aria-label="Loading the clip" />
      </Center>
    );
  }
  if (reveal !== null) {
    return <RevealRoom reveal={reveal} asked={asked} clip={ready} onNext={onNext} />;
  }
  const Mode = MODES[asked.mode];
  return <Mode asked={asked} clip={ready} isSending={commit.isPending} onAnswer={commit.mutate} />;
}
