import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { get, post } from "../../api/client";
import { preannotateClip } from "../../api/clips";
import { keys } from "../../api/keys";
import { allOf } from "../../api/pages";
import { type Look, SuggestionStream } from "../core/suggestionStream";

/** A model looking at the clip; takes up what was begun before the page was opened. */
export function useSuggestionStream(clipId: string): SuggestionStream {
  const queries = useQueryClient();
  const stream = useMemo(
    () =>
      new SuggestionStream(
        {
          start: () => preannotateClip(clipId),
          open: () => allOf<Look>("/api/preannotations/", { clip: clipId }),
          read: (id, after) => get<Look>(`/api/preannotations/${id}/`, { after }),
          cancel: (id) => post(`/api/jobs/${id}/cancel/`),
        },
        async () => {
          await queries.invalidateQueries({ queryKey: keys.suggestions(clipId) });
          await queries.invalidateQueries({ queryKey: ["annotation-sets"] });
        },
      ),
    [clipId, queries],
  );
  useEffect(() => {
    void stream.resume();
    return () => stream.leave();
  }, [stream]);
  return stream;
}
