import type { Command, KeyTargets } from "./command";

/** What is done with the model's suggestions. */
export function suggestionCommands({ annotator }: KeyTargets): Command[] {
  return [
    {
      id: "suggestion.acceptAll",
      title: "Accept all suggestions on this frame",
      group: "Suggestions",
      keys: ["a"],
      isAvailable: () => !annotator.isReadOnly,
      run: () => annotator.acceptAll(),
    },
    {
      id: "suggestion.show",
      title: "Show or hide suggestions",
      group: "Suggestions",
      keys: ["s"],
      run: () => annotator.toggleGhost(),
    },
  ];
}
