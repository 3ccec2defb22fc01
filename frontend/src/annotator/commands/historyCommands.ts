import type { Command, KeyTargets } from "./command";

/** Looking back and choosing between versions. */
export function historyCommands({ session }: KeyTargets): Command[] {
  return [
    {
      id: "work.history",
      title: "History of the work",
      group: "Work",
      keys: ["shift+h"],
      hint: "Look at earlier states and bring them back.",
      run: () => session.panel.update((open) => (open === "history" ? "none" : "history")),
    },
    {
      id: "work.merge",
      title: "Compare what was changed elsewhere",
      group: "Work",
      keys: [],
      isAvailable: () => session.state.snapshot().conflicts.length > 0,
      run: () => session.panel.set("merge"),
    },
  ];
}
