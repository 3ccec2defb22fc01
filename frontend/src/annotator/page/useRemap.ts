import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/keys";
import { type Preferences, preferencesQuery, savePreferences } from "../../api/preferences";
import { tellError } from "../../parts/tell";
import { NO_REMAP, type Remap } from "../commands/keymap";

/** The keys this person chose. Until they have arrived, or where they do not, the usual ones. */
export function useRemap(): Remap {
  return useQuery(preferencesQuery).data?.keys ?? NO_REMAP;
}

/** Choose other keys: in use at once, and kept on the server. */
export function useChangeRemap(): (remap: Remap) => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: savePreferences,
    onMutate: (chosen) => {
      const before = queries.getQueryData<Preferences>(keys.preferences);
      queries.setQueryData(keys.preferences, chosen);
      return before;
    },
    onError: (error, _, before) => {
      queries.setQueryData(keys.preferences, before);
      tellError(error, "The keys were not kept");
    },
  });
  return (remap) => mutate({ keys: remap });
}
