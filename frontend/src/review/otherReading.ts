import type { AnnotationSetRow } from "../api/types";

/** Another set of the clip that a reading is compared with, at one of its revisions. */
export interface OtherReading {
  readonly setId: string;
  readonly revision: number;
  readonly name: string;
  /** What is said of pixels that only the other has. */
  readonly words: string;
}

type Named = Pick<AnnotationSetRow, "purpose" | "author" | "state">;

/** What the other set is called beside the reading. */
export function otherNames(
  other: Named,
  reading: Pick<AnnotationSetRow, "author">,
): Pick<OtherReading, "name" | "words"> {
  if (other.purpose === "consensus") return { name: "Consensus", words: "only the consensus" };
  if (other.author !== null && other.author.id === reading.author?.id) {
    return { name: "First reading", words: "only the first reading" };
  }
  if (other.state === "accepted") {
    return { name: "Accepted", words: "only the accepted reading" };
  }
  return { name: "Other reading", words: "only the other reading" };
}
