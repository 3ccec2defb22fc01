import { clipQuery, frameTableQuery } from "../api/clips";
import { queryClient } from "../api/queryClient";
import { meQuery } from "../api/session";
import { expectFirstFrame } from "../frames/firstFrame";

/** Ask for what a clip's pictures need, before the room that shows them is drawn. */
export function expectClip(clipId: string): void {
  // until it is known who asks, the refusals would be taken for the end of a session
  if (!queryClient.getQueryData(meQuery.queryKey)) return;
  expectFirstFrame(clipId);
  void queryClient.prefetchQuery(clipQuery(clipId));
  void queryClient.prefetchQuery(frameTableQuery(clipId));
}
