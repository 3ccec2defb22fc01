import type { ReadableClip } from "../annotator/page/useReadableClip";
import type { AskedQuestion, GivenAnswer } from "../api/practice";

export interface QuestionProps {
  readonly asked: AskedQuestion;
  readonly clip: ReadableClip;
  readonly isSending: boolean;
  onAnswer(answer: GivenAnswer): void;
}
