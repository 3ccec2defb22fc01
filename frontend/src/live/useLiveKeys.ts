import { useEffect, useRef } from "react";

export interface LiveActs {
  /** Hide or show all structures. */
  hideAll: (isHidden: boolean) => void;
  isAllHidden: () => boolean;
  toggleStructure: (place: number) => void;
  toggleForm: () => void;
  fade: (by: number) => void;
  fullScreen: () => void;
  togglePanel: () => void;
  toggleFigures: () => void;
  freeze: () => void;
  record: () => void;
  showKeys: () => void;
}

/** A key held this long is let go to undo what it did. */
const HELD_MS = 350;

export const LIVE_KEYS: readonly (readonly [string, string])[] = [
  ["H", "Hide all structures; held, for as long as it is held"],
  ["1 to 9", "Hide or show that structure of the list"],
  ["O", "Outline or filled"],
  ["[ and ]", "Fainter, stronger"],
  ["F", "Full screen"],
  ["B", "Hide or show the panel beside the picture"],
  ["S", "Statistics"],
  ["Z", "Freeze or go on, where the scanner can"],
  ["R", "Record, or stop recording"],
  ["?", "This list"],
];

const isTyping = (target: HTMLElement): boolean =>
  /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
  (target instanceof HTMLInputElement && !["checkbox", "radio"].includes(target.type));

/** Keys that work wherever the focus is, but in a field or a dialog. */
export function useLiveKeys(acts: LiveActs): void {
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    let heldSince: number | null = null;
    const onDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      if (isTyping(target)) return;
      const key = event.key.toLowerCase();
      if (key === "h") {
        event.preventDefault();
        if (event.repeat) return;
        const wasHidden = now.current.isAllHidden();
        heldSince = wasHidden ? null : event.timeStamp;
        now.current.hideAll(!wasHidden);
        return;
      }
      const act = actOf(key, now.current);
      if (act === null) return;
      event.preventDefault();
      if (!event.repeat) act();
    };
    const onUp = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "h" || heldSince === null) return;
      if (event.timeStamp - heldSince > HELD_MS) now.current.hideAll(false);
      heldSince = null;
    };
    window.addEventListener("keydown", onDown);
    window.addEventListener("keyup", onUp);
    return () => {
      window.removeEventListener("keydown", onDown);
      window.removeEventListener("keyup", onUp);
    };
  }, []);
}

function actOf(key: string, acts: LiveActs): (() => void) | null {
  if (/^[1-9]$/.test(key)) return () => acts.toggleStructure(Number(key) - 1);
  switch (key) {
    case "o":
      return acts.toggleForm;
    case "[":
      return () => acts.fade(-0.1);
    case "]":
      return () => acts.fade(0.1);
    case "f":
      return acts.fullScreen;
    // not p: it goes to a room after g
    case "b":
      return acts.togglePanel;
    case "s":
      return acts.toggleFigures;
    case "z":
      return acts.freeze;
    case "r":
      return acts.record;
    case "?":
      return acts.showKeys;
    default:
      return null;
  }
}
