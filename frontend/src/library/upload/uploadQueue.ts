/** The files on their way to the server, as a pure state; sending itself lives in UploadProvider. */
import type { Job } from "../../api/types";

export type UploadState = "waiting" | "sending" | "ingesting" | "done" | "failed" | "cancelled";

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
  /** Share done, 0 to 1, of the step in hand: of the sending, then of the ingest. */
  progress: number;
  message: string;
  error: string;
  jobId: string | null;
  clipId: string | null;
}

export type UploadAction =
  | { kind: "added"; uploads: { id: string; file: File; details: UploadDetails }[] }
  | { kind: "sending"; id: string }
  | { kind: "sent"; id: string; progress: number }
  | { kind: "accepted"; id: string; job: Job }
  | { kind: "ingest"; id: string; job: Job }
  | { kind: "failed"; id: string; error: string; clipId?: string | null }
  | { kind: "cancelled"; id: string }
  | { kind: "retried"; id: string }
  | { kind: "cleared" };

export const isUnderWay = ({ state }: Upload): boolean =>
  state === "waiting" || state === "sending" || state === "ingesting";

/** The upload to send now: one file at a time, in the order they were given. */
export function nextToSend(uploads: readonly Upload[]): Upload | null {
  if (uploads.some(({ state }) => state === "sending")) return null;
  return uploads.find(({ state }) => state === "waiting") ?? null;
}

export function uploadQueue(uploads: readonly Upload[], action: UploadAction): Upload[] {
  switch (action.kind) {
    case "added":
      return [
        ...uploads,
        ...action.uploads.map((added) => ({
          ...added,
          state: "waiting" as const,
          progress: 0,
          message: "",
          error: "",
          jobId: null,
          clipId: null,
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
      return { ...upload, state: "sending", progress: 0, message: "" };
    case "sent":
      // A late progress event must not reopen an upload that has been cancelled.
      return upload.state === "sending" ? { ...upload, progress: action.progress } : upload;
    case "accepted":
      return withJob({ ...upload, state: "ingesting", jobId: action.job.id }, action.job);
    case "ingest":
      return upload.state === "ingesting" ? withJob(upload, action.job) : upload;
    case "failed":
      return { ...upload, state: "failed", error: action.error, clipId: action.clipId ?? null };
    case "cancelled":
      return isUnderWay(upload) ? { ...upload, state: "cancelled", message: "" } : upload;
    case "retried":
      return upload.state === "failed" || upload.state === "cancelled"
        ? { ...upload, state: "waiting", progress: 0, message: "", error: "", jobId: null }
        : upload;
  }
}

function withJob(upload: Upload, job: Job): Upload {
  switch (job.state) {
    case "done":
      return { ...upload, state: "done", progress: 1, message: "", clipId: job.target_id };
    case "failed":
      return { ...upload, state: "failed", error: job.error || "The clip could not be read." };
    case "cancelled":
      return { ...upload, state: "cancelled", message: "" };
    default:
      return { ...upload, progress: job.progress, message: job.message };
  }
}
