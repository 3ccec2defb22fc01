import { useEffect } from "react";
import { post } from "../../api/client";
import { ActiveClock } from "../core/activeClock";

const REPORT_MS = 30_000;
const ACTS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** Measure the time someone works on a clip, for the project's own statistics. */
export function useActiveTime(clipId: string, isCounted: boolean): void {
  useEffect(() => {
    if (!isCounted) return;
    const clock = new ActiveClock();
    const touch = () => {
      if (document.visibilityState === "visible") clock.touch();
    };
    const report = () => {
      const seconds = clock.take();
      if (seconds === 0) return;
      post(`/api/clips/${clipId}/active-time/`, { seconds }).catch(() => clock.giveBack(seconds));
    };
    const changed = () => {
      if (document.visibilityState === "visible") return;
      clock.hide();
      report();
    };
    for (const act of ACTS) window.addEventListener(act, touch, { passive: true });
    document.addEventListener("visibilitychange", changed);
    const timer = setInterval(report, REPORT_MS);
    return () => {
      for (const act of ACTS) window.removeEventListener(act, touch);
      document.removeEventListener("visibilitychange", changed);
      clearInterval(timer);
      report();
    };
  }, [clipId, isCounted]);
}
