import { queryOptions } from "@tanstack/react-query";
import { get } from "../api/client";
import { keys } from "../api/keys";
import type { Clip } from "../api/types";

export interface ClipRank {
  readonly clip: string;
  readonly words: string;
}

/** Clips in the order in which the model's doubt asks for an expert, with the reason. */
export const clipRanksQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...keys.queue(projectId), "ranks"],
    queryFn: async ({ signal }) =>
      (await get<{ clips: ClipRank[] }>("/api/clip-ranks/", { project: projectId }, signal)).clips,
  });

/** What one has begun stays in front; of the rest the ranked ones come first, in their order. */
export function byRank(clips: readonly Clip[], ranks: readonly ClipRank[]): Clip[] {
  const place = new Map(ranks.map((one, at) => [one.clip, at]));
  const placeOf = (clip: Clip) =>
    clip.my_set_state === null ? (place.get(clip.id) ?? ranks.length) : -1;
  return [...clips].sort((a, b) => placeOf(a) - placeOf(b));
}
