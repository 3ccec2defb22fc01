import type { Command } from "./command";

/** Keys a person chose for commands in place of the ones they have, by the command's id. */
export type Remap = Readonly<Record<string, readonly string[]>>;

export const NO_REMAP: Remap = {};

type Keyed = Pick<Command, "id" | "keys">;

export function keysOf(command: Keyed, remap: Remap): readonly string[] {
  return remap[command.id] ?? command.keys;
}

/** The keys of a person once a command has these; its usual keys need no entry. */
export function withKeys(remap: Remap, command: Keyed, keys: readonly string[]): Remap {
  const { [command.id]: _, ...others } = remap;
  const isUsual =
    keys.length === command.keys.length && keys.every((one, i) => one === command.keys[i]);
  return isUsual ? others : { ...others, [command.id]: keys };
}

/** Commands that share a key in a way their makers did not mean. */
export interface Clash {
  readonly key: string;
  readonly ids: readonly string[];
}

/**
 * Keys that more than one command has. Commands that share a key as they come take turns by what
 * is going on (Escape, say), and are no clash.
 */
export function clashesOf(commands: readonly Keyed[], remap: Remap): Clash[] {
  const holders = new Map<string, Keyed[]>();
  for (const command of commands) {
    for (const key of keysOf(command, remap)) {
      holders.set(key, [...(holders.get(key) ?? []), command]);
    }
  }
  return [...holders].flatMap(([key, all]) => {
    if (all.length < 2 || all.every((one) => one.keys.includes(key))) return [];
    return [{ key, ids: all.map((one) => one.id) }];
  });
}

/**
 * Press a key: the first command that has it, is available and has something to do.
 * Returns that command, or null.
 */
export function press(commands: readonly Command[], remap: Remap, key: string): Command | null {
  for (const command of commands) {
    if (!keysOf(command, remap).includes(key)) continue;
    if (command.isAvailable?.() === false) continue;
    if (command.run() !== false) return command;
  }
  return null;
}

const SIGNS: Readonly<Record<string, string>> = {
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  escape: "Esc",
  delete: "Del",
  backspace: "Backspace",
  pageup: "Page up",
  pagedown: "Page down",
};

/** "ctrl+shift+z" as people write it: "Ctrl Shift Z". */
export function written(key: string): string {
  return partsOf(key)
    .map((part) => SIGNS[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
    .join(" ");
}

/** The same for `aria-keyshortcuts`: "Control+Shift+Z". */
export function spoken(key: string): string {
  const words: Readonly<Record<string, string>> = { ctrl: "Control", space: "Space" };
  return partsOf(key)
    .map((part) => words[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
    .join("+");
}

/** The plus key itself is written "+" or "shift++". */
export function partsOf(key: string): string[] {
  if (key === "+") return ["+"];
  if (key.endsWith("++")) return [...key.slice(0, -2).split("+"), "+"];
  return key.split("+");
}
