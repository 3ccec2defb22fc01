import type { QueuedAssignment } from "../api/types";

const DAY_MS = 86_400_000;
const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** A day as the server names it, in this browser's calendar. */
const dayOf = (iso: string) => new Date(`${iso}T00:00:00`);

/** Whole days from today to a day; negative when it is over. */
export function daysUntil(iso: string, now: Date = new Date()): number {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  return Math.round((dayOf(iso).getTime() - today.getTime()) / DAY_MS);
}

/** "due today", "due tomorrow", "due 3 Mar", "2 days overdue"; empty without a day. */
export function dueText(iso: string | null, now: Date = new Date()): string {
  if (iso === null) return "";
  const days = daysUntil(iso, now);
  if (days < 0) return days === -1 ? "1 day overdue" : `${-days} days overdue`;
  if (days === 0) return "due today";
  return days === 1 ? "due tomorrow" : `due ${dayFormat.format(dayOf(iso))}`;
}

/** What is to be done with an assigned clip, and by when. */
export function taskNote({ task, due_on, annotation_set }: QueuedAssignment): string {
  const what =
    task === "review" ? `review ${annotation_set?.author?.name ?? "a colleague"}` : "annotate";
  return [what, dueText(due_on)].filter(Boolean).join(" · ");
}
