import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { changeClips, deleteClip, preannotateClip } from "../api/clips";
import { keys } from "../api/keys";
import { allOf } from "../api/pages";
import type { AnnotationSetRow, Clip } from "../api/types";
import { count } from "../format/text";
import { tellDone, tellError } from "../parts/tell";

const asked = (number: number): string =>
  `The model looks at ${count(number, "clip")}. Progress is under Jobs, above.`;

/** Ask the promoted model for suggestions on clips, one job a clip. */
export function usePreannotate(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (clips: readonly Clip[]) => {
      let number = 0;
      for (const clip of clips) {
        try {
          await preannotateClip(clip.id);
          number += 1;
        } catch (error) {
          // What was asked before goes on; only the rest is missing.
          if (number > 0) tellDone(asked(number));
          throw error;
        }
      }
      return number;
    },
    onSuccess: (number) => tellDone(asked(number)),
    onError: (error) => tellError(error, "Not pre-annotated"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.jobs(projectId) }),
  });
}

export function useDeleteClip(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (clip: Clip) => deleteClip(clip.id),
    onSuccess: (_, clip) => {
      tellDone(`${clip.title} is deleted.`);
      for (const queryKey of [
        keys.clips(projectId),
        keys.queue(projectId),
        keys.subjects(projectId),
        keys.projects,
      ]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
    onError: (error) => tellError(error, "Not deleted"),
  });
}

/** Delete or bring back several clips at once. */
export function useChangeClips(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ clips, action }: { clips: readonly Clip[]; action: "delete" | "restore" }) =>
      changeClips({ clips: clips.map(({ id }) => id), action }),
    onSuccess: ({ changed }, { action }) => {
      tellDone(
        `${count(changed.length, "clip is", "clips are")} ${action === "delete" ? "deleted" : "back in the library"}.`,
      );
      for (const queryKey of [
        keys.clips(projectId),
        keys.queue(projectId),
        keys.subjects(projectId),
        keys.projects,
      ]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
    onError: (error, { action }) =>
      tellError(error, action === "delete" ? "Not deleted" : "Not restored"),
  });
}

/** Go to the review of a clip: of the set that a colleague has submitted. */
export function useOpenReview() {
  const navigate = useNavigate();
  return async (clip: Clip) => {
    try {
      const sets = await allOf<AnnotationSetRow>("/api/annotation-sets/", {
        clip: clip.id,
        purpose: "reader",
        state: "submitted",
      });
      const set = sets.find(({ is_mine: isMine }) => !isMine);
      if (set === undefined) {
        tellDone(
          sets.length > 0
            ? "The work on this clip is your own; a colleague reviews it."
            : "Nothing on this clip waits for a review.",
        );
        return;
      }
      await navigate({
        to: "/clips/$clipId/review/$setId",
        params: { clipId: clip.id, setId: set.id },
      });
    } catch (error) {
      tellError(error, "The review could not be opened");
    }
  };
}
