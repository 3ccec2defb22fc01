import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { get, post } from "../../api/client";
import { keys } from "../../api/keys";
import { type GivenAnswer, SuggestionAnswers } from "../core/answers";

/** This person's answers to a suggestion, those of earlier visits among them. */
export function useAnswers(setId: string | null): SuggestionAnswers {
  const answers = useMemo(
    () =>
      new SuggestionAnswers(async (given) => {
        if (setId !== null) await post(`/api/suggestions/${setId}/answers/`, { answers: given });
      }),
    [setId],
  );
  const { data } = useQuery({
    queryKey: keys.suggestionAnswers(setId ?? ""),
    queryFn: ({ signal }) =>
      get<{ answers: GivenAnswer[] }>(`/api/suggestions/${setId}/answers/`, {}, signal),
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
