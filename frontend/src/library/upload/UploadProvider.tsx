import { useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
} from "react";
import { ApiError, get, sentenceOf } from "../../api/client";
import { keys } from "../../api/keys";
import { useMe } from "../../api/session";
import type { Job, UploadDetail } from "../../api/types";
import { fingerprintOf } from "./fingerprint";
import { fingerprintFor, knownIdOf } from "./knownUploads";
import { type Sending, startSending } from "./sending";
import { UploadPanel } from "./UploadPanel";
import {
  type AddedFile,
  isLeaving,
  nextToSend,
  type Upload,
  type UploadDetails,
  uploadQueue,
} from "./uploadQueue";

interface Uploads {
  uploads: readonly Upload[];
  add: (files: AddedFile[]) => void;
  /** Go on with those files that are half sent already; the others are given back. */
  goOn: (files: readonly File[], projectId: string) => Promise<File[]>;
  /** Go on with this upload; a sentence when the file is another one. */
  goOnWith: (file: File, row: HalfSent) => Promise<string | null>;
  pause: (id: string) => void;
  resume: (id: string) => void;
  cancel: (id: string) => void;
  retry: (id: string) => void;
  clear: () => void;
  hear: (id: string, row: UploadDetail) => void;
  work: (id: string, job: Job) => void;
}

export type HalfSent = Pick<
  UploadDetail,
  | "id"
  | "project"
  | "subject"
  | "label"
  | "scanner"
  | "credit"
  | "microns_per_pixel"
  | "byte_size"
  | "received_bytes"
>;

const detailsOf = (row: HalfSent): UploadDetails => ({
  projectId: row.project,
  subject: row.subject,
  label: row.label,
  scanner: row.scanner,
  micronsPerPixel: row.microns_per_pixel,
  credit: row.credit,
});

const UploadContext = createContext<Uploads | null>(null);

export function useUploads(): Uploads {
  const uploads = useContext(UploadContext);
  if (uploads === null) throw new Error("useUploads needs an UploadProvider above it");
  return uploads;
}

/** Sends files, two at a time, while people go on working in any room. */
export function UploadProvider({ children }: { children: ReactNode }) {
  const [uploads, dispatch] = useReducer(uploadQueue, []);
  const sendings = useRef(new Map<string, Sending>());
  const queries = useQueryClient();
  const myId = useMe()?.id ?? null;

  const next = nextToSend(uploads);
  useEffect(() => {
    if (next === null) return;
    const { id, file, details, uploadId } = next;
    dispatch({ kind: "sending", id });
    const paused = sendings.current.get(id);
    if (paused !== undefined) {
      paused.resume();
      return;
    }
    const refresh = () =>
      void queries.invalidateQueries({ queryKey: keys.uploads(details.projectId) });
    const sending = startSending(file, details, uploadId, {
      created: (createdId) => dispatch({ kind: "created", id, uploadId: createdId }),
      sent: (byteCount) => dispatch({ kind: "sent", id, byteCount }),
      stalled: (sentence) => dispatch({ kind: "stalled", id, sentence }),
      done: () => {
        sendings.current.delete(id);
        dispatch({ kind: "arrived", id });
        refresh();
        void queries.invalidateQueries({ queryKey: keys.jobs(details.projectId) });
      },
      failed: (error) => {
        sendings.current.delete(id);
        dispatch({ kind: "failed", id, error: sentenceOf(error), ...whereIs(error) });
        refresh();
      },
    });
    sendings.current.set(id, sending);
  }, [next, queries]);

  const isLeavingAny = uploads.some(isLeaving);
  useEffect(() => {
    if (!isLeavingAny) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isLeavingAny]);

  const add = useCallback<Uploads["add"]>(
    (files) =>
      dispatch({
        kind: "added",
        uploads: files.map((added) => ({ id: crypto.randomUUID(), ...added })),
      }),
    [],
  );
  const goOn = useCallback<Uploads["goOn"]>(
    async (files, projectId) => {
      const others: File[] = [];
      const known: AddedFile[] = [];
      for (const file of files) {
        const row = await halfSentRow(file, projectId, myId);
        if (row === null) others.push(file);
        else known.push({ file, details: detailsOf(row), uploadId: row.id });
      }
      if (known.length > 0) add(known);
      return others;
    },
    [add, myId],
  );
  const goOnWith = useCallback<Uploads["goOnWith"]>(
    async (file, row) => {
      const begunWith = fingerprintFor(row.id);
      const isOther =
        file.size !== row.byte_size ||
        (begunWith !== null && begunWith !== (await fingerprintOf(file, row.project)));
      if (isOther) return "This is another file than the one that was half sent.";
      add([{ file, details: detailsOf(row), uploadId: row.id }]);
      return null;
    },
    [add],
  );
  const pause = useCallback((id: string) => {
    sendings.current.get(id)?.pause();
    dispatch({ kind: "paused", id });
  }, []);
  const resume = useCallback((id: string) => dispatch({ kind: "resumed", id }), []);
  const cancel = useCallback((id: string) => {
    sendings.current.get(id)?.cancel();
    sendings.current.delete(id);
    dispatch({ kind: "cancelled", id });
  }, []);
  const retry = useCallback((id: string) => dispatch({ kind: "retried", id }), []);
  const clear = useCallback(() => dispatch({ kind: "cleared" }), []);
  const hear = useCallback(
    (id: string, row: UploadDetail) => {
      dispatch({ kind: "heard", id, row });
      void queries.invalidateQueries({ queryKey: keys.uploads(row.project) });
      if (row.state !== "done") return;
      for (const queryKey of [
        keys.projects,
        keys.clips(row.project),
        keys.queue(row.project),
        keys.subjects(row.project),
      ]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
    [queries],
  );
  const work = useCallback((id: string, job: Job) => dispatch({ kind: "worked", id, job }), []);

  const value = useMemo(
    () => ({ uploads, add, goOn, goOnWith, pause, resume, cancel, retry, clear, hear, work }),
    [uploads, add, goOn, goOnWith, pause, resume, cancel, retry, clear, hear, work],
  );
  return (
    <UploadContext value={value}>
      {children}
      <UploadPanel />
    </UploadContext>
  );
}

/** The clip or the waiting recording that a refused file is already. */
function whereIs({ fields }: ApiError): { clipId: string | null; twinId: string | null } {
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return { clipId: text(fields.clip), twinId: text(fields.upload) };
}

/** The person's own unfinished upload of a file, if this browser began one. */
async function halfSentRow(
  file: File,
  projectId: string,
  myId: string | null,
): Promise<UploadDetail | null> {
  const uploadId = await knownIdOf(await fingerprintOf(file, projectId));
  if (uploadId === null) return null;
  try {
    const row = await get<UploadDetail>(`/api/uploads/${uploadId}/`);
    return row.state === "receiving" && row.owner?.id === myId ? row : null;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
