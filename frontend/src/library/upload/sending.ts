import { type HttpRequest, type HttpResponse, Upload as TusUpload } from "tus-js-client";
import {
  ApiError,
  announceSessionExpired,
  csrfToken,
  errorOf,
  offlineError,
} from "../../api/client";
import { fingerprintOf, sha256Of } from "./fingerprint";
import { forget, idOfAddress, knownUploads } from "./knownUploads";
import { delayOf, isPassing, stallSentence } from "./retries";
import type { UploadDetails } from "./uploadQueue";

/** What a dropped connection costs at most; each piece is synced on the server before the next. */
const PIECE_BYTES = 8 * 1024 * 1024;
const SILENCE_MS = 120_000;
const AFTER_EXPIRY_MS = 3000;

export interface SendingEvents {
  created: (uploadId: string) => void;
  sent: (byteCount: number) => void;
  /** Why nothing moves at the moment; empty when it moves again. */
  stalled: (sentence: string) => void;
  done: () => void;
  failed: (error: ApiError) => void;
}

export interface Sending {
  pause: () => void;
  resume: () => void;
  /** Stop for good and remove what has arrived. */
  cancel: () => void;
}

/**
 * Send a file so that it survives lost connections, ended sessions and closed tabs (tus 1.0.0).
 *
 * `uploadId` goes on with an upload that has begun before. A network or server that is away is
 * tried again, ever more slowly, until `pause` or `cancel`.
 */
export function startSending(
  file: File,
  details: UploadDetails,
  uploadId: string | null,
  events: SendingEvents,
): Sending {
  let isStopped = false;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const endpoint = new URL("/api/uploads/", window.location.origin).href;
  const fingerprint = fingerprintOf(file, details.projectId);

  const upload = new TusUpload(file, {
    endpoint,
    uploadUrl: uploadId === null ? null : `${endpoint}${uploadId}/`,
    chunkSize: PIECE_BYTES,
    retryDelays: null,
    urlStorage: knownUploads,
    fingerprint: () => fingerprint,
    removeFingerprintOnSuccess: true,
    onBeforeRequest: (request) => {
      request.setHeader("X-CSRFToken", csrfToken());
      request.setHeader("Accept", "application/json");
    },
    onAfterResponse: refuse,
    onUploadUrlAvailable: () => {
      const id = idOfAddress(upload.url);
      if (id !== null) events.created(id);
    },
    onProgress: (byteCount) => {
      listenForSilence();
      events.sent(byteCount);
    },
    onChunkComplete: () => {
      failures = 0;
      events.stalled("");
    },
    onSuccess: () => {
      stopTimers();
      events.done();
    },
    onError: (problem) => onProblem(problem),
  });

  function onProblem(problem: unknown): void {
    stopTimers();
    const error = apiErrorOf(problem);
    if (isStopped) return;
    if (!isPassing(error)) {
      void fingerprint.then((known) => forgetEnded(known, error));
      events.failed(error);
      return;
    }
    const isExpired = error.status === 401;
    if (isExpired && failures === 0) announceSessionExpired();
    events.stalled(stallSentence(error));
    timer = setTimeout(go, isExpired ? AFTER_EXPIRY_MS : delayOf(failures));
    failures += 1;
  }

  function go(): void {
    if (isStopped) return;
    stopTimers();
    listenForSilence();
    upload.start();
  }

  const onOnline = () => {
    if (timer !== undefined) go();
  };

  /** A connection that neither moves nor fails is taken up anew. */
  function listenForSilence(): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      void upload.abort().then(() => onProblem(offlineError()));
    }, SILENCE_MS);
  }

  function stopTimers(): void {
    clearTimeout(timer);
    clearTimeout(silence);
    timer = undefined;
  }

  function stop(): void {
    isStopped = true;
    stopTimers();
    window.removeEventListener("online", onOnline);
  }

  async function begin(): Promise<void> {
    const sha256 = uploadId === null ? await sha256Of(file).catch(() => null) : null;
    upload.options.metadata = metadataOf(file, details, sha256);
    go();
  }

  window.addEventListener("online", onOnline);
  void begin();
  return {
    pause: () => {
      stop();
      void upload.abort();
    },
    resume: () => {
      isStopped = false;
      failures = 0;
      window.addEventListener("online", onOnline);
      go();
    },
    cancel: () => {
      stop();
      // What cannot be removed now expires on the server.
      void upload.abort(upload.url !== null).catch(() => undefined);
      void fingerprint.then(forget);
    },
  };
}

/**
 * Turn a refusal into an `ApiError`. Only an upload that is gone is left to the client, which then
 * begins a new one; it would do the same on a 401, and lose what has arrived.
 */
function refuse(request: HttpRequest, response: HttpResponse): void {
  const status = response.getStatus();
  if (status < 400) return;
  const isGone = status === 404 || status === 410;
  if (isGone && request.getMethod() === "HEAD") return;
  let body: unknown = null;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    // An answer to HEAD has no body, a proxy's page is no JSON: the status says enough.
  }
  throw errorOf(status, body);
}

function apiErrorOf(problem: unknown): ApiError {
  if (problem instanceof ApiError) return problem;
  const cause = (problem as { causingError?: unknown }).causingError;
  return cause instanceof ApiError ? cause : offlineError();
}

/** A file that is known, or gone, begins anew when it is chosen again. */
function forgetEnded(fingerprint: string, { code }: ApiError): void {
  if (["duplicate_clip", "upload_waiting", "upload_gone"].includes(code)) forget(fingerprint);
}

function metadataOf(
  file: File,
  details: UploadDetails,
  sha256: string | null,
): Record<string, string> {
  const { projectId, subject, label, scanner, credit, micronsPerPixel } = details;
  return {
    project: projectId,
    subject,
    ...(label === "" ? {} : { label }),
    ...(scanner === "" ? {} : { scanner }),
    ...(credit === "" ? {} : { credit }),
    ...(micronsPerPixel === null ? {} : { microns_per_pixel: String(micronsPerPixel) }),
    ...(file.type === "" ? {} : { filetype: file.type }),
    ...(sha256 === null ? {} : { sha256 }),
  };
}
