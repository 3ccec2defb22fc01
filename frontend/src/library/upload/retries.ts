/** When an interrupted upload is worth another try, and how soon. */
import type { ApiError } from "../../api/client";

const SECONDS = [1, 2, 4, 8, 15, 30];

/** Milliseconds before the next try, after so many in a row that brought no byte across. */
export const delayOf = (failures: number): number =>
  (SECONDS[Math.min(failures, SECONDS.length - 1)] as number) * 1000;

const PASSING_STATUS = new Set([0, 401, 408, 423, 425, 429, 460, 500, 502, 503, 504]);

/** True for what time, the connection or a log-in mends: the same request may work later. */
export function isPassing(error: ApiError): boolean {
  return PASSING_STATUS.has(error.status) || error.code === "offset_mismatch";
}

export function stallSentence(error: ApiError): string {
  if (error.status === 0) return "The connection is away. This goes on by itself.";
  if (error.status === 401) return "Your session has ended. This goes on once you have logged in.";
  return "The server is busy. This goes on by itself.";
}
