import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { get, post } from "../../api/client";
import { keys } from "../../api/keys";
import { type GivenAnswer, SuggestionAnswers } from "../core/answers";

/**
 * This person's answers to a suggestion while working on the set `workedOn`, those of earlier visits
 * among them.
 */
export function useAnswers(setId: string | null, workedOn: string): SuggestionAnswers {
  const target = useRef<string | null>(null);
  const answers = useMemo(
    () =>
      new SuggestionAnswers(async (given) => {
        // what is answered while the model still looks is sent once its suggestion is written
        if (target.current === null) throw new Error("There is no suggestion yet.");
        await post(`/api/suggestions/${target.current}/answers/`, {
          annotation_set: workedOn,
          answers: given,
        });
      }),
    [workedOn],
  );
  useEffect(() => {
    // what is waiting belongs to the suggestion it was given to
    if (target.current !== null && target.current !== setId) void answers.flush();
    target.current = setId;
    answers.load([]);
    if (setId !== null) void answers.flush();
  }, [answers, setId]);
  const { data } = useQuery({
    queryKey: keys.suggestionAnswers(setId ?? "", workedOn),
    queryFn: ({ signal }) =>
      get<{ answers: GivenAnswer[] }>(
        `/api/suggestions/${setId}/answers/`,
        { annotation_set: workedOn },
        signal,
      ),
    enabled: setId !== null,
    staleTime: 0,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    if (data !== undefined) answers.load(data.answers);
  }, [answers, data]);
  useEffect(() => {
    const leave = () => void answers.flush();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      answers.close();
    };
  }, [answers]);
  return answers;
}
