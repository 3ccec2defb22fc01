import { queryOptions, useQuery } from "@tanstack/react-query";
import { ApiError, csrfToken, get, offlineError, request } from "./client";
import { keys } from "./keys";
import { queryClient } from "./queryClient";
import type { Me } from "./types";

const AUTH = "/_allauth/browser/v1";

interface AllauthAnswer {
  errors?: { message: string; code: string; param?: string }[];
}

/** Who is logged in; null when nobody is. */
export const meQuery = queryOptions({
  queryKey: keys.me,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      return await request<Me>("GET", "/api/me/", { signal, isQuiet: true });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export function useMe(): Me | null {
  return useQuery(meQuery).data ?? null;
}

/** allauth answers `{errors: [{message, code, param}]}` where the API answers `{detail, code}`. */
async function ask(method: "POST" | "DELETE", path: string, body?: unknown): Promise<void> {
  // Any answer of this address sets the CSRF cookie, also where Django did not serve the page.
  await fetch(`${AUTH}/config`, { credentials: "same-origin" }).catch(() => undefined);
  let response: Response;
  try {
    response = await fetch(`${AUTH}${path}`, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": csrfToken(),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw offlineError();
  }
  if (response.ok) return;
  const answer = (await response.json().catch(() => null)) as AllauthAnswer | null;
  throw allauthError(response.status, answer);
}

/** One sentence a person can act on, from an answer of allauth. */
export function allauthError(status: number, answer: AllauthAnswer | null): ApiError {
  const first = answer?.errors?.[0];
  if (first !== undefined) {
    const fields: Record<string, string> = {};
    for (const { param, message } of answer?.errors ?? []) if (param) fields[param] = message;
    return new ApiError(status, first.message, first.code, fields);
  }
  if (status === 429) {
    return new ApiError(status, "Too many tries. Wait a minute and try again.", "rate_limited");
  }
  if (status === 403) {
    return new ApiError(status, "The page is out of date. Load it again and retry.", "csrf");
  }
  return new ApiError(status, "Logging in failed. Try again in a moment.", "error");
}

export async function logIn(email: string, password: string): Promise<Me> {
  try {
    await ask("POST", "/auth/login", { email, password });
  } catch (error) {
    // 409: there is a session already, which is all that was wanted.
    if (!(error instanceof ApiError) || error.status !== 409) throw error;
  }
  const me = await get<Me>("/api/me/");
  queryClient.setQueryData(keys.me, me);
  return me;
}

export async function logOut(): Promise<void> {
  try {
    await ask("DELETE", "/auth/session");
  } catch (error) {
    // allauth answers a finished log-out with 401: there is no session any more.
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
}

export async function setPassword(key: string, password: string): Promise<void> {
  try {
    await ask("POST", "/auth/password/reset", { key, password });
  } catch (error) {
    // 401: the password is set, and the next step is to log in with it.
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
}
