import type { Command, KeyTargets } from "./command";

/** What is done to the work as a whole. */
export function workCommands({ annotator, session }: KeyTargets): Command[] {
  const isAvailable = () => !annotator.isReadOnly;
  return [
    {
      id: "work.undo",
      title: "Undo",
      group: "Work",
      keys: ["ctrl+z"],
      isAvailable,
      run: () => annotator.undo(),
    },
    {
      id: "work.redo",
      title: "Redo",
      group: "Work",
      keys: ["ctrl+shift+z", "ctrl+y"],
      isAvailable,
      run: () => annotator.redo(),
    },
    {
      id: "work.save",
      title: "Save now",
      group: "Work",
      keys: ["ctrl+s"],
      hint: "It also happens by itself.",
      run: () => void session.outbox.flush(),
    },
  ];
}
