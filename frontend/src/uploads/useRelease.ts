import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ApiError } from "../api/client";
import { keys } from "../api/keys";
import type { UploadDetail } from "../api/types";
import { cancelUpload, liveUploadsQuery, releaseUpload } from "../api/uploads";
import { tellDone, tellError } from "../parts/tell";
import { type Redaction, toJson } from "./redaction";
import { dropDraft } from "./storedDraft";
import { type Words, wordsToJson } from "./words";

/** What ends a look at a recording, and where one goes from there. */
export function useRelease(upload: UploadDetail, isScaleKnown: boolean) {
  const { id, project, title } = upload;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const waiting = useQuery(liveUploadsQuery(project)).data ?? [];
  // The list is newest first; who has waited longest is next.
  const nextId =
    waiting.filter((row) => row.state === "awaiting_release" && row.id !== id).at(-1)?.id ?? null;

  const leave = async (isOn: boolean) => {
    dropDraft(id);
    for (const queryKey of [keys.uploads(project), keys.jobs(project), keys.upload(id)]) {
      void queries.invalidateQueries({ queryKey });
    }
    if (isOn && nextId !== null) {
      await navigate({ to: "/uploads/$uploadId", params: { uploadId: nextId } });
    } else await navigate({ to: "/projects/$projectId/library", params: { projectId: project } });
  };
  const releasing = useMutation({
    mutationFn: ({ redaction, words }: { redaction: Redaction; words: Words; isOn: boolean }) =>
      releaseUpload(id, toJson(redaction), wordsToJson(words)),
    onSuccess: (_, { isOn }) => {
      tellDone(
        isScaleKnown
          ? "It is in the library in a moment."
          : "It is in the library in a moment. Its pixel size is not known yet: open the clip and click on its depth ruler twice.",
        `${title} is released`,
      );
      return leave(isOn);
    },
    onError: (error) => {
      tellError(error, "Not released");
      // Someone else was faster: the page then says who, and what became of it.
      if (error instanceof ApiError && error.status === 409) {
        void queries.invalidateQueries({ queryKey: keys.upload(id) });
      }
    },
  });
  const discarding = useMutation({
    mutationFn: () => cancelUpload(id),
    onSuccess: () => {
      tellDone(`${title} is discarded; nothing of it is kept.`);
      return leave(nextId !== null);
    },
    onError: (error) => tellError(error, "Not discarded"),
  });
  return { releasing, discarding, nextId };
}
