import type { RunEstimate } from "../api/types";
import { roughly } from "./timeLeft";

const BASES: Record<RunEstimate["basis"], string> = {
  recipe: "going by earlier runs of this recipe here",
  others: "going by earlier runs of other recipes here, so it may be half or twice as long",
  reference: "going by another machine of two cores, as nothing was trained here yet",
};

/** How long a run will take before it is started: for one worker, and on what that rests. */
export function estimateSentence({ seconds, low, high, basis }: RunEstimate): string {
  const whole = roughly(seconds);
  const [from, to] = [low, high].map((each) => roughly(each).replace("about ", ""));
  const range = from === to ? "" : ` (${from} to ${to})`;
  return `Training takes ${whole}${range} with one worker, ${BASES[basis]}. Several workers share the folds.`;
}
