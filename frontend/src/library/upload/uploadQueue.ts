/** The files on their way to the server, as a pure state; sending itself lives in UploadProvider. */
import type { Job, UploadState as ServerState } from "../../api/types";

/** What this page does with a file, and then what the server does with it. */
export type UploadState = "waiting" | "sending" | "paused" | Exclude<ServerState, "receiving">;

export interface UploadDetails {
  projectId: string;
  subject: string;
  label: string;
  scanner: string;
  micronsPerPixel: number | null;
  credit: string;
}

export interface Upload {
  id: string;
  file: File;
  details: UploadDetails;
  state: UploadState;
  sentBytes: number;
  /** Share done, 0 to 1, of the job at work on it. */
  progress: number;
  message: string;
  error: string;
  /** The server's id, once it has begun there; the clip will have the same. */
  uploadId: string | null;
  clipId: string | null;
  /** Another upload of the same bytes that waits already. */
  twinId: string | null;
}

export interface AddedFile {
  file: File;
  details: UploadDetails;
  /** An upload to go on with. */
  uploadId?: string | null;
}

/** What the server says of an upload. */
export interface Heard {
  state: ServerState;
  error: string;
}

export type UploadAction =
  | { kind: "added"; uploads: (AddedFile & { id: string })[] }
  | { kind: "sending"; id: string }
  | { kind: "created"; id: string; uploadId: string }
  | { kind: "sent"; id: string; byteCount: number }
  | { kind: "stalled"; id: string; sentence: string }
  | { kind: "paused"; id: string }
  | { kind: "resumed"; id: string }
  | { kind: "arrived"; id: string }
  | { kind: "heard"; id: string; row: Heard }
  | { kind: "worked"; id: string; job: Job }
  | { kind: "failed"; id: string; error: string; clipId?: string | null; twinId?: string | null }
  | { kind: "cancelled"; id: string }
  | { kind: "retried"; id: string }
  | { kind: "cleared" };

/** Files sent at the same time; more would only share the same line. */
export const AT_ONCE = 2;

export const isLeaving = ({ state }: Upload): boolean =>
  state === "waiting" || state === "sending" || state === "paused";

export const isAtWork = ({ state }: Upload): boolean =>
  state === "inspecting" || state === "ingesting";

export const isUnderWay = (upload: Upload): boolean => isLeaving(upload) || isAtWork(upload);

/** The upload to send now, in the order they were given; a paused one holds no place. */
export function nextToSend(uploads: readonly Upload[]): Upload | null {
  if (uploads.filter(({ state }) => state === "sending").length >= AT_ONCE) return null;
  return uploads.find(({ state }) => state === "waiting") ?? null;
}

/** How all of them stand, in a few words. */
export function standing(uploads: readonly Upload[]): string {
  const number = (state: UploadState) => uploads.filter((upload) => upload.state === state).length;
  const leaving = uploads.filter(isLeaving).length;
  const atWork = uploads.filter(isAtWork).length;
  const looks = number("awaiting_release");
  const words = [
    leaving > 0 && `${leaving} to send`,
    atWork > 0 && `${atWork} being read`,
    looks > 0 && `${looks} ${looks === 1 ? "waits" : "wait"} for your look`,
    number("done") > 0 && `${number("done")} ready`,
    number("failed") > 0 && `${number("failed")} failed`,
  ].filter((word) => word !== false);
  return [leaving + atWork > 0 ? "Uploading" : "Uploads", ...words].join(" · ");
}

export function uploadQueue(uploads: readonly Upload[], action: UploadAction): Upload[] {
  switch (action.kind) {
    case "added":
      return [
        ...uploads,
        ...action.uploads.map(({ id, file, details, uploadId = null }) => ({
          id,
          file,
          details,
          state: "waiting" as const,
          sentBytes: 0,
          progress: 0,
          message: "",
          error: "",
          uploadId,
          clipId: null,
          twinId: null,
        })),
      ];
    case "cleared":
      return uploads.filter(isUnderWay);
    default:
      return uploads.map((upload) => (upload.id === action.id ? step(upload, action) : upload));
  }
}

type StepAction = Exclude<UploadAction, { kind: "added" | "cleared" }>;

function step(upload: Upload, action: StepAction): Upload {
  switch (action.kind) {
    case "sending":
      return { ...upload, state: "sending", message: "" };
    case "created":
      return { ...upload, uploadId: action.uploadId };
    case "sent":
      // A late progress event must not reopen an upload that has been cancelled.
      return upload.state === "sending"
        ? { ...upload, sentBytes: action.byteCount, message: "" }
        : upload;
    case "stalled":
      return upload.state === "sending" ? { ...upload, message: action.sentence } : upload;
    case "paused":
      return upload.state === "sending" || upload.state === "waiting"
        ? { ...upload, state: "paused", message: "" }
        : upload;
    case "resumed":
      return upload.state === "paused" ? { ...upload, state: "waiting" } : upload;
    case "arrived":
      return upload.state === "sending"
        ? { ...upload, state: "inspecting", sentBytes: upload.file.size, message: "" }
        : upload;
    case "heard":
      return isLeaving(upload) ? upload : heard(upload, action.row);
    case "worked":
      return isAtWork(upload)
        ? { ...upload, progress: action.job.progress, message: action.job.message }
        : upload;
    case "failed":
      return {
        ...upload,
        state: "failed",
        message: "",
        error: action.error,
        clipId: action.clipId ?? null,
        twinId: action.twinId ?? null,
      };
    case "cancelled":
      return isUnderWay(upload) ? { ...upload, state: "cancelled", message: "" } : upload;
    case "retried":
      return upload.state === "failed" || upload.state === "cancelled"
        ? { ...upload, state: "waiting", progress: 0, message: "", error: "", ...restart(upload) }
        : upload;
  }
}

/** One that the server has ended begins anew; one that stopped on its way goes on. */
const restart = ({ state, sentBytes, file }: Upload): Partial<Upload> =>
  state === "failed" && sentBytes < file.size ? {} : { uploadId: null, sentBytes: 0 };

function heard(upload: Upload, { state, error }: Heard): Upload {
  if (state === "receiving" || state === upload.state) return upload;
  const next = { ...upload, state, progress: 0, message: "" };
  if (state === "done") return { ...next, clipId: upload.uploadId };
  if (state === "failed") return { ...next, error: error || "The recording could not be read." };
  return next;
}
