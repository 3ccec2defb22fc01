import type { Command } from "./command";

/** On to the next clip that waits for this person; `go` is null when none does. */
export function nextClipCommand(go: (() => void) | null): Command {
  return {
    id: "work.nextClip",
    title: "Next clip of my queue",
    group: "Work",
    keys: ["y"],
    hint: "Your work here is kept and sent meanwhile.",
    isAvailable: () => go !== null,
    run: () => go?.(),
  };
}
