/** What may be shown now, decided here once: by frames that were drawn, not by what anyone claims. */

export type SourceState = "CONNECTING" | "LIVE" | "FROZEN" | "STALLED" | "LOST";

export const SOURCE_STATES: readonly SourceState[] = [
  "CONNECTING",
  "LIVE",
  "FROZEN",
  "STALLED",
  "LOST",
];

/** Within a second of the last picture the overlay is gone: the watchdog looks every 100 ms. */
export const SILENT_AFTER_MS = 850;
/** A frozen picture stands as long as the hub is heard, which speaks every second. */
export const HUB_SILENT_AFTER_MS = 3000;
export const GREEN_UP_TO_MS = 150;
export const AMBER_UP_TO_MS = 400;

export type Display = "waiting" | "live" | "frozen" | "no-signal";

export interface Seen {
  readonly source: SourceState;
  readonly isConnected: boolean;
  /** Since the picture that is drawn came to the hub, at least; null before the first. */
  readonly sincePictureMs: number | null;
  /** Whether that picture came after the source's state was told. */
  readonly isPictureAfterState: boolean;
  /** Since anything came from the hub. */
  readonly sinceHubMs: number;
}

export function displayOf(seen: Seen): Display {
  if (seen.sincePictureMs === null) return "waiting";
  if (!seen.isConnected) return "no-signal";
  if (seen.source === "FROZEN") {
    return seen.sinceHubMs <= HUB_SILENT_AFTER_MS ? "frozen" : "no-signal";
  }
  // a picture that came after the bad news is better news, if it is new
  if (seen.source !== "LIVE" && !seen.isPictureAfterState) return "no-signal";
  return seen.sincePictureMs <= SILENT_AFTER_MS ? "live" : "no-signal";
}

export type AgeLevel = "green" | "amber" | "red" | "unknown";

export function ageLevel(ageMs: number | null): AgeLevel {
  if (ageMs === null) return "unknown";
  if (ageMs <= GREEN_UP_TO_MS) return "green";
  return ageMs <= AMBER_UP_TO_MS ? "amber" : "red";
}

/** 84.6 -> "85 ms", 1234 -> "1.2 s", 61000 -> "1 min": an age as it is read at a glance. */
export function ageText(ageMs: number | null): string {
  if (ageMs === null) return "age not known";
  const age = Math.max(0, ageMs);
  if (age < 1000) return `${Math.round(age)} ms`;
  if (age < 10_000) return `${(age / 1000).toFixed(1)} s`;
  return age < 60_000 ? `${Math.floor(age / 1000)} s` : `${Math.floor(age / 60_000)} min`;
}
