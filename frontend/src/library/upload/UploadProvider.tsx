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
import { ApiError, sentenceOf } from "../../api/client";
import { keys } from "../../api/keys";
import type { Job } from "../../api/types";
import { sendFile } from "./sendFile";
import { UploadPanel } from "./UploadPanel";
import {
  isUnderWay,
  nextToSend,
  type Upload,
  type UploadDetails,
  uploadQueue,
} from "./uploadQueue";

interface Uploads {
  uploads: readonly Upload[];
  add: (files: { file: File; details: UploadDetails }[]) => void;
  cancel: (id: string) => void;
  retry: (id: string) => void;
  clear: () => void;
  ingest: (id: string, job: Job) => void;
}

const UploadContext = createContext<Uploads | null>(null);

export function useUploads(): Uploads {
  const uploads = useContext(UploadContext);
  if (uploads === null) throw new Error("useUploads needs an UploadProvider above it");
  return uploads;
}

/** Sends files one after another while people go on working in any room. */
export function UploadProvider({ children }: { children: ReactNode }) {
  const [uploads, dispatch] = useReducer(uploadQueue, []);
  const aborts = useRef(new Map<string, () => void>());
  const queries = useQueryClient();

  const next = nextToSend(uploads);
  useEffect(() => {
    if (next === null) return;
    const { id, file, details } = next;
    dispatch({ kind: "sending", id });
    const sending = sendFile(file, details, (progress) => dispatch({ kind: "sent", id, progress }));
    aborts.current.set(id, sending.abort);
    sending.done
      .then((job) => {
        dispatch({ kind: "accepted", id, job });
        void queries.invalidateQueries({ queryKey: keys.jobs(details.projectId) });
        void queries.invalidateQueries({ queryKey: keys.subjects(details.projectId) });
      })
      .catch((error: unknown) => {
        const clip = error instanceof ApiError ? error.fields.clip : undefined;
        const clipId = typeof clip === "string" ? clip : null;
        dispatch({ kind: "failed", id, error: sentenceOf(error), clipId });
      })
      .finally(() => aborts.current.delete(id));
  }, [next, queries]);

  const isBusy = uploads.some(({ state }) => state === "waiting" || state === "sending");
  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isBusy]);

  const add = useCallback<Uploads["add"]>(
    (files) =>
      dispatch({
        kind: "added",
        uploads: files.map((added) => ({ id: crypto.randomUUID(), ...added })),
      }),
    [],
  );
  const cancel = useCallback((id: string) => {
    aborts.current.get(id)?.();
    dispatch({ kind: "cancelled", id });
  }, []);
  const retry = useCallback((id: string) => dispatch({ kind: "retried", id }), []);
  const clear = useCallback(() => dispatch({ kind: "cleared" }), []);
  const ingest = useCallback(
    (id: string, job: Job) => {
      dispatch({ kind: "ingest", id, job });
      if (job.state === "done" && job.project !== null) {
        void queries.invalidateQueries({ queryKey: keys.projects });
        void queries.invalidateQueries({ queryKey: keys.clips(job.project) });
        void queries.invalidateQueries({ queryKey: keys.queue(job.project) });
        void queries.invalidateQueries({ queryKey: keys.subjects(job.project) });
      }
    },
    [queries],
  );

  const value = useMemo(
    () => ({ uploads, add, cancel, retry, clear, ingest }),
    [uploads, add, cancel, retry, clear, ingest],
  );
  return (
    <UploadContext value={value}>
      {children}
      {uploads.length > 0 && <UploadPanel isUnderWay={uploads.some(isUnderWay)} />}
    </UploadContext>
  );
}
