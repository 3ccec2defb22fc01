/** The one door to the server: CSRF, errors in one shape, and the moment a session ends. */

export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export type Query = Record<string, string | number | boolean | null | undefined>;

/** An answer that is not a success, in the server's `{detail, code, fields}` format. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly code: string,
    readonly fields: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = "ApiError";
  }

  /** True when nothing reached the server, or its answer did not reach us. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

const SENTENCE_OF_STATUS: Record<number, string> = {
  401: "Your session has ended. Log in again.",
  403: "You may not do this.",
  404: "There is no such thing, or it is not yours to see.",
  413: "The file is larger than the server accepts.",
  429: "Too many tries. Wait a moment and try again.",
  502: "The server is away for a moment. Try again shortly.",
  503: "The server is away for a moment. Try again shortly.",
};

/** Build the error of an answer from its status and parsed body (null when it was no JSON). */
export function errorOf(status: number, body: unknown): ApiError {
  const sentence = SENTENCE_OF_STATUS[status] ?? `The server answered with an error (${status}).`;
  if (typeof body !== "object" || body === null) return new ApiError(status, sentence, "error");
  const { detail, code, fields } = body as Record<string, unknown>;
  if (status === 401) return new ApiError(status, sentence, "not_authenticated");
  return new ApiError(
    status,
    typeof detail === "string" && detail !== "" ? detail : sentence,
    typeof code === "string" ? code : "error",
    typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>) : {},
  );
}

export const offlineError = (): ApiError =>
  new ApiError(0, "The server cannot be reached. Check the connection.", "offline");

/** What to tell a person about any thrown value. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.detail;
  if (error instanceof Error && error.message !== "") return error.message;
  return "Something went wrong.";
}

/** The server's remarks on single fields of a form, one sentence each. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const sentences: Record<string, string> = {};
  for (const [name, value] of Object.entries(error.fields)) {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === "string") sentences[name] = first;
  }
  return sentences;
}

export function csrfToken(): string {
  const match = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  return match?.[1] ? decodeURIComponent(match[1]) : "";
}

/** `/api/clips/` with its query; null, undefined and empty values are left out. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

type Listener = () => void;
const expiryListeners = new Set<Listener>();

/** Hear of the end of the session (a 401 from the API). Returns the way to stop listening. */
export function onSessionExpired(listener: Listener): () => void {
  expiryListeners.add(listener);
  return () => expiryListeners.delete(listener);
}

export function announceSessionExpired(): void {
  for (const listener of expiryListeners) listener();
}

export interface RequestOptions {
  query?: Query | undefined;
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** Whether a 401 opens the log-in dialog; the log-in itself asks quietly. */
  isQuiet?: boolean;
}

/** Ask the server; resolves with the parsed body (undefined for 204), rejects with `ApiError`. */
export async function request<T>(
  method: Method,
  path: string,
  { query, body, signal, isQuiet = false }: RequestOptions = {},
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  let response: Response;
  try {
    response = await fetch(addressOf(path, query), {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw offlineError();
  }
  if (response.status === 204) return undefined as T;
  const parsed: unknown = await response.json().catch(() => null);
  if (response.ok) return parsed as T;
  if (response.status === 401 && !isQuiet) announceSessionExpired();
  throw errorOf(response.status, parsed);
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request<T>("GET", path, { query, signal });
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
  request<T>("POST", path, { body });
export const patch = <T>(path: string, body: unknown): Promise<T> =>
  request<T>("PATCH", path, { body });
export const put = <T>(path: string, body: unknown): Promise<T> =>
  request<T>("PUT", path, { body });
export const remove = (path: string): Promise<void> => request<void>("DELETE", path);
