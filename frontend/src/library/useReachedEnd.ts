import { type RefObject, useEffect, useRef } from "react";

/** How far below the window the end may be when more is asked for. */
const AHEAD = "600px";

/** Calls `onReached` whenever the element comes near the window; null stops listening. */
export function useReachedEnd(onReached: (() => void) | null): RefObject<HTMLDivElement | null> {
  const end = useRef<HTMLDivElement>(null);
  const isListening = onReached !== null;
  const reached = useRef(onReached);
  useEffect(() => {
    reached.current = onReached;
  });
  useEffect(() => {
    if (!isListening || end.current === null) return;
    // Clips scroll within <main>: a margin counts only against that box.
    const root = end.current.closest("main");
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && reached.current?.(),
      { root, rootMargin: AHEAD },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isListening]);
  return end;
}
