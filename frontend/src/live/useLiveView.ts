import { useEffect, useState, useSyncExternalStore } from "react";
import { LiveView } from "./liveView";
import { browserWorld } from "./liveWorld";
import type { LiveSnapshot } from "./snapshot";

/** The session's view for as long as the page shows it; null until it has begun. */
export function useLiveView(sessionId: string): LiveView | null {
  const [view, setView] = useState<LiveView | null>(null);
  useEffect(() => {
    const begun = new LiveView(browserWorld(sessionId));
    setView(begun);
    return () => {
      setView(null);
      begun.close();
    };
  }, [sessionId]);
  return view;
}

export const useSnapshot = (view: LiveView): LiveSnapshot =>
  useSyncExternalStore(view.subscribe, view.getSnapshot);
