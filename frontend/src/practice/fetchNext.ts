import type { QueryClient } from "@tanstack/react-query";
import { ApiError, offlineError } from "../api/client";
import { keys } from "../api/keys";
import { type AskedQuestion, nextQuestionQuery, type Reveal } from "../api/practice";

/** Whether a refused answer was one to a question that is not put any more, or not like this:
 * answered elsewhere, asked again, changed or taken out. Sending it again would not help.
 */
export const hasMovedOn = (failure: unknown): boolean =>
  failure instanceof ApiError && (failure.status === 404 || failure.status === 409);

/** Asks for all of the course anew. Throws where it is not known what comes next; what else could
 * not be fetched is no obstacle. Without a network the query waits with its old answer, marked as
 * outdated: that is none.
 */
export async function fetchNext(queries: QueryClient, courseId: string): Promise<void> {
  // joined where it is under way, so that a second press does not end the first one's
  const how = { cancelRefetch: false };
  await queries.invalidateQueries({ queryKey: keys.course(courseId) }, how);
  const state = queries.getQueryState(nextQuestionQuery(courseId).queryKey);
  if (state?.status !== "success" || state.isInvalidated) throw state?.error ?? offlineError();
}

/** What was revealed, where it belongs to the question on the page: never the truth of one over
 * the picture of another that has come meanwhile.
 */
export const revealFor = (asked: AskedQuestion | null, revealed: Reveal | null): Reveal | null =>
  revealed?.question === asked?.id && revealed?.number === asked?.number ? revealed : null;

/** Another question, also where only its frames are others: what was drawn on those is gone. */
export const nameOfAsked = ({ id, number, first_frame, last_frame }: AskedQuestion): string =>
  [id, number, first_frame, last_frame].join(" ");
