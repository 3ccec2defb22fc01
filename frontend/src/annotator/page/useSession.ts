import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { meQuery } from "../../api/session";
import { IndexedDbStorage, type OutboxStorage } from "../core/outboxStorage";
import { holdPageLock, isPageOpen } from "../core/pageLock";
import { sendBatch } from "../core/saveRequest";
import { AnnotationSession } from "../core/session";
import { IndexedDbUndo, type UndoStorage } from "../core/undoStorage";
import { type AnnotationSetDetail, readSet } from "../queries";

/** This open page, among all of all people. */
export const PAGE = crypto.randomUUID();
let storage: Promise<OutboxStorage | null> | null = null;
let undoStorage: Promise<UndoStorage | null> | null = null;

/** The lock lives as long as the page, the store is opened once. */
function openStorage(): Promise<OutboxStorage | null> {
  if (storage === null) {
    holdPageLock(PAGE);
    storage = IndexedDbStorage.open().catch(() => null);
  }
  return storage;
}

function openUndo(): Promise<UndoStorage | null> {
  undoStorage ??= IndexedDbUndo.open().catch(() => null);
  return undoStorage;
}

/** The open set, with whatever this browser still held for it. */
export function useSession(loaded: AnnotationSetDetail): AnnotationSession | null {
  const [session, setSession] = useState<AnnotationSession | null>(null);
  const set = loaded.id;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a later read must not replace the work
  useEffect(() => {
    let isWanted = true;
    let opened: AnnotationSession | null = null;
    const begin = async () => {
      const kept = await openStorage();
      opened = await AnnotationSession.open(
        {
          set,
          owner: PAGE,
          storage: kept,
          undo: await openUndo(),
          isPageOpen,
          send: sendBatch,
          reload: () => readSet(set),
        },
        loaded,
      );
      if (isWanted) setSession(opened);
      else opened.close();
    };
    void begin();
    return () => {
      isWanted = false;
      if (opened !== null) void opened.outbox.flush().finally(() => opened?.close());
      setSession(null);
    };
  }, [set]);

  useSendBeforeLeaving(session);
  useResume(session, loaded.state);
  return session;
}

/** Send at once when the page is left, hidden or put into the background. */
function useSendBeforeLeaving(session: AnnotationSession | null): void {
  useEffect(() => {
    if (session === null) return;
    const flush = () => void session.outbox.flush();
    const hidden = () => document.visibilityState === "hidden" && flush();
    const warn = (event: BeforeUnloadEvent) => {
      const { kind } = session.outbox.state.snapshot();
      // anything else is safe in this browser's store
      if (kind === "unprotected" || kind === "keeping") event.preventDefault();
    };
    window.addEventListener("blur", flush);
    window.addEventListener("pagehide", flush);
    window.addEventListener("beforeunload", warn);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      window.removeEventListener("blur", flush);
      window.removeEventListener("pagehide", flush);
      window.removeEventListener("beforeunload", warn);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [session]);
}

/** Go on once what stood in the way may be gone: network, log-in, a set that was opened again. */
function useResume(session: AnnotationSession | null, setState: string): void {
  const { dataUpdatedAt, data: me } = useQuery(meQuery);
  useEffect(() => {
    if (session === null) return;
    const online = () => void session.outbox.resume();
    window.addEventListener("online", online);
    return () => window.removeEventListener("online", online);
  }, [session]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these say that something has changed
  useEffect(() => {
    const kind = session?.outbox.state.snapshot().kind;
    if (me && (kind === "login" || kind === "refused")) void session?.outbox.resume();
  }, [session, me, dataUpdatedAt, setState]);
}
