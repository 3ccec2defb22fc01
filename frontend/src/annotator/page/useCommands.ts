import { useRef } from "react";
import type { Command } from "../commands/command";
import { NO_REMAP, partsOf, press, type Remap } from "../commands/keymap";
import { useKeys } from "./useKeys";

/** Let the page's commands be done by their keys; `after` follows each that did something. */
export function useCommands(
  commands: readonly Command[],
  after: () => void,
  remap: Remap = NO_REMAP,
): void {
  const held = useRef(new Map<string, Command>());
  useKeys(
    (key) => {
      // Tab moves the focus, but for where a click on the picture put it
      if (/(^|\+)tab$/.test(key) && !isPictureClicked()) return false;
      const main = partsOf(key).at(-1) ?? key;
      if (held.current.has(main)) return true;
      const command = press(commands, remap, key);
      if (command === null) return false;
      if (command.release !== undefined) held.current.set(main, command);
      after();
      return true;
    },
    (key) => {
      for (const [main, command] of [...held.current]) {
        if (key !== "" && key !== main) continue;
        held.current.delete(main);
        command.release?.();
      }
    },
  );
}

function isPictureClicked(): boolean {
  const at = document.activeElement;
  return at?.matches("[data-testid=stage]:not(:focus-visible)") === true;
}
