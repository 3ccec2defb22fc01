import { count } from "../format/text";

interface Shown {
  /** Clips loaded so far. */
  shown: number;
  hasMore: boolean;
  /** Clips there are in all; null where only the server could say. */
  total: number | null;
}

/** How much of a list is on the page: "203 clips", "60 of 203 clips", "the first 60 clips". */
export function shownText({ shown, hasMore, total }: Shown): string {
  if (!hasMore) return count(shown, "clip");
  if (total !== null && total > shown) return `${shown} of ${count(total, "clip")}`;
  return `the first ${count(shown, "clip")}`;
}

/** The second line of a card; a subject that only repeats the title is left out. */
export const subjectAnd = (length: string, title: string, pseudonym: string): string =>
  title === pseudonym ? length : `${pseudonym} · ${length}`;
