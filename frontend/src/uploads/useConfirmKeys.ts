import { useEffect, useRef } from "react";

interface ConfirmActs {
  release: () => void;
  undo: () => void;
  redo: () => void;
  letGo: () => void;
  step: (by: number) => void;
  toggleStored: () => void;
  showKeys: () => void;
}

/** Keys that work wherever the focus is, but in a field or on a button that takes them itself. */
export function useConfirmKeys(acts: ConfirmActs): void {
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || event.altKey || event.repeat) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && event.key !== "Escape") return;
      const does = actOf(event, target, now.current);
      if (does === null) return;
      event.preventDefault();
      does();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function actOf(event: KeyboardEvent, target: HTMLElement, acts: ConfirmActs): (() => void) | null {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? acts.redo : acts.undo;
    return key === "y" ? acts.redo : null;
  }
  if (key === "enter") return /^(BUTTON|A)$/.test(target.tagName) ? null : acts.release;
  if (key === "escape") return acts.letGo;
  if (key === "?") return acts.showKeys;
  if (key === "s") return acts.toggleStored;
  if (key === "arrowleft") return () => acts.step(-1);
  return key === "arrowright" ? () => acts.step(1) : null;
}

export const CONFIRM_KEYS: readonly (readonly [string, string])[] = [
  ["Enter", "Release the recording"],
  ["S", "Show it as it will be stored, or as it came"],
  ["Left, Right", "The sample before or after"],
  ["+, -, 0", "Nearer, farther, the whole picture"],
  ["Tab", "To the next box, side or corner"],
  ["Arrows", "Move what is chosen by a pixel, with Shift by ten"],
  ["Alt with arrows", "Make the chosen box larger or smaller"],
  ["Delete", "Remove what is chosen"],
  ["Esc", "Let go of it"],
  ["Ctrl+Z, Ctrl+Shift+Z", "Undo, redo"],
  ["Wheel, two fingers", "Zoom to that place"],
  ["Middle button", "Carry the zoomed picture"],
];
