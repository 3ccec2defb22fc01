import type { AnnotationSetRow } from "../api/types";

/** Another set of the clip that a reading is compared with, at one of its revisions. */
export interface OtherReading {
  readonly setId: string;
  readonly revision: number;
  readonly name: string;
}

/** What the other set is called beside the reading. */
export function otherName(
  other: Pick<AnnotationSetRow, "purpose" | "author" | "credit">,
  reading: Pick<AnnotationSetRow, "author">,
): string {
  if (other.purpose === "consensus") return "Consensus";
  if (other.author !== null && other.author.id === reading.author?.id) return "First reading";
  return other.credit || (other.author?.name ?? "Other reading");
}
