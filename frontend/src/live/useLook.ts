import { useEffect, useMemo, useState } from "react";
import type { LiveView } from "./liveView";
import type { Appearance } from "./overlay";

const STORED = "fascicle.live.look";

export interface Look {
  readonly opacity: number;
  readonly isFilled: boolean;
  readonly hidden: ReadonlySet<number>;
  /** One key hides all, while it is held or until it is pressed again. */
  readonly isAllHidden: boolean;
  setOpacity(opacity: number): void;
  setFilled(isFilled: boolean): void;
  toggle(index: number): void;
  setAllHidden(isAllHidden: boolean): void;
}

function stored(): { opacity: number; isFilled: boolean } {
  const first = { opacity: 0.45, isFilled: true };
  try {
    const kept = JSON.parse(localStorage.getItem(STORED) ?? "{}") as Record<string, unknown>;
    const { opacity, isFilled } = kept;
    return {
      opacity: typeof opacity === "number" && opacity > 0 && opacity <= 1 ? opacity : first.opacity,
      isFilled: typeof isFilled === "boolean" ? isFilled : first.isFilled,
    };
  } catch {
    return first;
  }
}

/** How structures are drawn; opacity and form are kept for next time, what is hidden is not. */
export function useLook(view: LiveView): Look {
  const [{ opacity, isFilled }, setForm] = useState(stored);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [isAllHidden, setAllHidden] = useState(false);
  useEffect(() => {
    const look: Appearance = { opacity: isAllHidden ? 0 : opacity, isFilled, hidden };
    view.setLook(look);
  }, [view, opacity, isFilled, hidden, isAllHidden]);
  useEffect(() => {
    localStorage.setItem(STORED, JSON.stringify({ opacity, isFilled }));
  }, [opacity, isFilled]);
  return useMemo(
    () => ({
      opacity,
      isFilled,
      hidden,
      isAllHidden,
      setOpacity: (next) =>
        setForm((form) => ({ ...form, opacity: Math.min(Math.max(next, 0.1), 1) })),
      setFilled: (next) => setForm((form) => ({ ...form, isFilled: next })),
      toggle: (index) =>
        setHidden((before) => {
          const after = new Set(before);
          if (!after.delete(index)) after.add(index);
          return after;
        }),
      setAllHidden,
    }),
    [opacity, isFilled, hidden, isAllHidden],
  );
}
