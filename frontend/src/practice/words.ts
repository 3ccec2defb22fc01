import type { AskedQuestion, Outcome, PracticeMode, Reveal, Share } from "../api/practice";
import { duration, percent } from "../format/text";

export const MODE_NAMES: Record<PracticeMode, string> = {
  find: "Find",
  name: "Name",
  delineate: "Delineate",
  scan: "Timed scan",
};

export const MODE_WORDS: Record<PracticeMode, string> = {
  find: "Click the structure",
  name: "Say which structure is marked",
  delineate: "Draw its outline",
  scan: "Pause when it comes into view",
};

export const LEVEL_NAMES = {
  novice: "Novice",
  intermediate: "Intermediate",
  advanced: "Advanced",
} as const;

/** "the median nerve": names come with a capital. */
const the = (name: string) => `the ${name.charAt(0).toLowerCase()}${name.slice(1)}`;

/** The question in a sentence. */
export function questionSentence(asked: AskedQuestion): string {
  const name = asked.structure === null ? "" : the(asked.structure.name);
  switch (asked.mode) {
    case "find":
      return `Where is ${name}?`;
    case "name":
      return "Which structure is in the ring?";
    case "delineate":
      return `Draw the outline of ${name}.`;
    case "scan":
      return `Pause as soon as ${name} is to be seen.`;
  }
}

const OUTCOMES: Record<Outcome, string> = {
  hit: "Found",
  near: "Very near",
  missed: "Not found",
  absent: "Right: it is not to be seen",
  overlooked: "It is there",
  imagined: "It is not to be seen here",
  early: "Too early",
  late: "Too late",
};

/** What came of the answer, in two or three words. */
export function outcomeTitle(reveal: Reveal): string {
  if (reveal.mode === "name") return reveal.is_found ? "Right" : "Not this one";
  return OUTCOMES[reveal.outcome];
}

/** And in a sentence with its figures. */
export function outcomeSentence(reveal: Reveal): string {
  const { score, outcome, taken_for: other } = reveal;
  const name = the(reveal.structure.name);
  if (reveal.mode === "name") {
    return reveal.is_found ? `It is ${name}.` : `It is ${name}, not ${the(other?.name ?? "")}.`;
  }
  if (outcome === "early") return `It comes into view ${duration(score.seconds ?? 0)} later.`;
  if (outcome === "late") return `It was last to be seen ${duration(score.seconds ?? 0)} earlier.`;
  if (reveal.mode === "scan" && outcome === "hit") {
    return `You paused ${duration(score.seconds ?? 0)} after it came into view.`;
  }
  if (outcome === "absent") return "The expert says so too.";
  if (outcome === "overlooked") return `The expert sees ${name} here.`;
  if (outcome === "imagined") return `The expert does not see ${name} here.`;
  const mistaken = other === null ? "" : ` What you chose is ${the(other.name)}.`;
  if (reveal.mode === "find") {
    if (outcome === "hit") return `Your click lies inside ${name}.`;
    return `Your click lies ${length(score.distance_mm, score.distance_px)} beside it.${mistaken}`;
  }
  if (outcome === "missed") {
    if (score.dice === 0) return `What you drew lies beside ${name}.${mistaken}`;
    return `You and the expert share no more than a quarter of the larger shape.${mistaken}`;
  }
  return `You and the expert drew ${name} in the same place.`;
}

/** "1.2 mm", or "14 px" where the scale is not known. */
export function length(mm: number | null, px: number | null): string {
  if (mm !== null) return `${mm.toFixed(1)} mm`;
  return px === null ? "–" : `${px.toFixed(0)} px`;
}

/**
 * "3 of 4" and, where it means something, the interval: "75 % (30 to 95 %)". In a narrow column it
 * breaks after the colon, before the bracket and after "to", never within a figure and its unit.
 */
export function shareWords(share: Share): string {
  if (share.value === null || share.low === null || share.high === null) return "–";
  const whole = (value: number) => percent(value).replace(" ", "\u00a0");
  const range = `${Math.round(share.low * 100)}\u00a0to ${whole(share.high)}`;
  return `${share.count}\u00a0of\u00a0${share.total}: ${whole(share.value)} (${range})`;
}
