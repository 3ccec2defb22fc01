import type { RowFilter } from "../api/agreement";
import type { AgreementDetail } from "../api/types";

type Compared = Pick<AgreementDetail, "clips" | "readers" | "readings">;

/**
 * Where a compared frame opens: with all readers' contours. Two readings of one person are compared
 * in the review room instead, the later over the earlier: of a person, the other shows one voice.
 */
export function frameAddress(
  report: Compared,
  { clip, structure, first, second }: RowFilter & { clip: string },
  frame: number,
) {
  const place = report.clips.findIndex(({ id }) => id === clip);
  const readings = report.readings
    .filter((one) => one.clip === place)
    .filter(({ reader }) => first === undefined || reader === first || reader === second)
    .map((one) => ({ ...one, by: report.readers[one.reader] }))
    .sort((one, other) => (one.by?.reading ?? 0) - (other.by?.reading ?? 0));
  const [earlier, later] = readings;
  if (earlier && later && readings.length === 2 && earlier.by?.id === later.by?.id) {
    return {
      to: "/clips/$clipId/review/$setId",
      params: { clipId: clip, setId: later.annotation_set },
      search: { frame, against: earlier.annotation_set, revision: earlier.revision },
    } as const;
  }
  return {
    to: "/clips/$clipId/adjudicate",
    params: { clipId: clip },
    search: { frame, ...(structure !== undefined && { structure }) },
  } as const;
}
