import { queryOptions } from "@tanstack/react-query";
import { get, request } from "./client";
import { keys } from "./keys";

/** How a person likes to work; it follows them to every machine. */
export interface Preferences {
  /** Keys chosen for commands, by the command's id. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

export const preferencesQuery = queryOptions({
  queryKey: keys.preferences,
  queryFn: ({ signal }) => get<Preferences>("/api/me/preferences/", {}, signal),
  staleTime: 300_000,
});

export const savePreferences = (body: Preferences) =>
  request<Preferences>("PUT", "/api/me/preferences/", { body });
