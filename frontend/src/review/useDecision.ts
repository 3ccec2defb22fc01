import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type AnnotationSetDetail, decideReview } from "../annotator/queries";
import { queueQuery } from "../api/clips";
import { keys } from "../api/keys";
import { tellDone, tellError } from "../parts/tell";

/** Accept or return, then go on to the next review that waits, or to the library. */
export function useDecision(set: AnnotationSetDetail, projectId: string) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (choice: { decision: "accept" | "return"; remark: string }) =>
      decideReview(set.id, { ...choice, revision: set.revision }),
    onSuccess: async (_, { decision }) => {
      for (const queryKey of [
        keys.annotationSet(set.id),
        keys.annotationSets(set.clip),
        keys.clip(set.clip),
        keys.clips(projectId),
      ]) {
        void queries.invalidateQueries({ queryKey });
      }
      await queries.invalidateQueries({ queryKey: keys.queue(projectId) });
      const queue = await queries.fetchQuery(queueQuery(projectId)).catch(() => null);
      const waiting = [
        ...(queue?.assigned.flatMap(({ annotation_set }) => annotation_set ?? []) ?? []),
        ...(queue?.to_review.map(({ annotation_set }) => annotation_set) ?? []),
      ];
      const next = waiting.find((one) => one.id !== set.id);
      const done = decision === "accept" ? "Accepted." : "Returned with your remark.";
      if (next === undefined) {
        tellDone(`${done} No other review waits.`);
        await navigate({ to: "/projects/$projectId/library", params: { projectId } });
        return;
      }
      tellDone(`${done} This is the next one.`);
      await navigate({
        to: "/clips/$clipId/review/$setId",
        params: { clipId: next.clip, setId: next.id },
      });
    },
    onError: (error) => {
      tellError(error, "Not decided");
      void queries.invalidateQueries({ queryKey: keys.annotationSet(set.id) });
    },
  });
}
