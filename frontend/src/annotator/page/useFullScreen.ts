import { useCallback, useEffect, useState } from "react";

/** The whole screen for one room of the page, where the browser can; else the whole window. */
export function useFullScreen(): [boolean, () => void] {
  const [isFull, setIsFull] = useState(false);
  useEffect(() => {
    const changed = () => {
      if (document.fullscreenElement === null) setIsFull(false);
    };
    document.addEventListener("fullscreenchange", changed);
    return () => {
      document.removeEventListener("fullscreenchange", changed);
      if (document.fullscreenElement !== null) void document.exitFullscreen();
    };
  }, []);
  const toggle = useCallback(() => {
    setIsFull((before) => {
      // dialogs live outside the room, so it is the document that fills the screen
      if (before && document.fullscreenElement !== null) void document.exitFullscreen();
      else if (!before) document.documentElement.requestFullscreen?.().catch(() => undefined);
      return !before;
    });
  }, []);
  return [isFull, toggle];
}
