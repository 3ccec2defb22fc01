import { useEffect, useRef } from "react";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) &&
      !/^(range|checkbox|radio)$/.test(target.getAttribute("type") ?? "")));

const isDialogOpen = () => document.querySelector('[role="dialog"][aria-modal="true"]') !== null;

const PRESSED =
  "button, a, [role='button'], [role='menuitem'], summary, input[type='checkbox'], " +
  "input[type='radio'], [role='switch']";

/** What has the focus keeps the keys that work it: a button, a switch, a choice among several. */
const isPressed = (event: KeyboardEvent, isFocusedByKeys: boolean): boolean => {
  if (!(event.target instanceof HTMLElement)) return false;
  if (event.key === "Enter" || event.key === " ") return event.target.closest(PRESSED) !== null;
  // a choice made with the pointer leaves the arrows to the page
  if (!isFocusedByKeys || !/^Arrow/.test(event.key)) return false;
  return event.target.matches("input[type='radio']");
};

/**
 * Keys of a whole page. `onDown` gets the key with its modifiers, "ctrl+shift+z", and returns true
 * when it used it; what is typed into fields and dialogs is left alone.
 */
export function useKeys(
  onDown: (key: string, event: KeyboardEvent) => boolean,
  onUp?: (key: string) => void,
): void {
  const down = useRef(onDown);
  const up = useRef(onUp);
  useEffect(() => {
    down.current = onDown;
    up.current = onUp;
  });
  useEffect(() => {
    let isLoneSpace = false;
    let isKeyLast = true;
    let isFocusedByKeys = true;
    const pressed = (event: KeyboardEvent) => {
      isKeyLast = true;
      if (event.defaultPrevented || isTyping(event.target)) return;
      if (isDialogOpen() || isPressed(event, isFocusedByKeys)) return;
      if (event.key === " ") {
        // held with a drag it moves the picture: what it means by itself is known when it is let go
        isLoneSpace = true;
        event.preventDefault();
      } else if (down.current(nameOf(event), event)) event.preventDefault();
    };
    const released = (event: KeyboardEvent) => {
      if (event.key === " " && isLoneSpace) {
        isLoneSpace = false;
        down.current(nameOf(event), event);
      }
      up.current?.(event.key.toLowerCase());
    };
    const dragged = () => {
      isLoneSpace = false;
      isKeyLast = false;
    };
    const focused = () => {
      isFocusedByKeys = isKeyLast;
    };
    const left = () => {
      isLoneSpace = false;
      up.current?.("");
    };
    window.addEventListener("keydown", pressed);
    window.addEventListener("keyup", released);
    window.addEventListener("pointerdown", dragged);
    window.addEventListener("focusin", focused);
    window.addEventListener("blur", left);
    return () => {
      window.removeEventListener("keydown", pressed);
      window.removeEventListener("keyup", released);
      window.removeEventListener("pointerdown", dragged);
      window.removeEventListener("focusin", focused);
      window.removeEventListener("blur", left);
    };
  }, []);
}

/** A pressed key with its modifiers, "ctrl+shift+z". */
export function nameOf(event: KeyboardEvent): string {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("ctrl");
  if (event.altKey) parts.push("alt");
  // the shift of "?" is part of the character
  if (event.shiftKey && (key.length > 1 || /[a-z]/.test(key))) parts.push("shift");
  return [...parts, key].join("+");
}
