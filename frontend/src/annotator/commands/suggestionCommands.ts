import type { Annotator } from "../core/annotator";
import type { Command, KeyTargets } from "./command";

/** The place a person was last led to; from any other one the walk begins with the least certain. */
const walked = new WeakMap<Annotator, string>();

/** What is done with the model's suggestions. */
export function suggestionCommands({ annotator, player }: KeyTargets): Command[] {
  const isAvailable = () => !annotator.isReadOnly && annotator.suggestions.open().length > 0;
  const chosen = () => annotator.state.snapshot().structure;
  const withChosen = (act: (structure: string) => void) => () => {
    const structure = chosen();
    if (structure !== null) act(structure);
  };
  const walk = (direction: 1 | -1) => () => {
    const doubts = annotator.suggestions.doubts();
    if (doubts.length === 0) return false;
    const { frame, structure } = annotator.state.snapshot();
    const here = `${structure} ${frame}`;
    const at =
      walked.get(annotator) === here
        ? doubts.findIndex((one) => one.frame === frame && one.structure.id === structure)
        : -1;
    const next = at < 0 ? 0 : (at + direction + doubts.length) % doubts.length;
    const doubt = doubts[next];
    if (doubt === undefined) return false;
    walked.set(annotator, `${doubt.structure.id} ${doubt.frame}`);
    player.go(doubt.frame);
    annotator.show(doubt.frame);
    annotator.chooseStructure(doubt.structure.id);
    return true;
  };
  return [
    {
      id: "suggestion.acceptAll",
      title: "Accept all suggestions on this frame",
      group: "Suggestions",
      keys: ["a"],
      isAvailable: () => !annotator.isReadOnly,
      run: () => annotator.suggestions.acceptAll(),
    },
    {
      id: "suggestion.accept",
      title: "Accept the suggestion for the chosen structure",
      group: "Suggestions",
      keys: ["shift+enter"],
      isAvailable,
      run: withChosen((structure) => annotator.suggestions.accept(structure)),
    },
    {
      id: "suggestion.edit",
      title: "Accept the suggestion and edit it",
      group: "Suggestions",
      keys: ["ctrl+enter"],
      isAvailable,
      run: withChosen((structure) => annotator.suggestions.acceptForEditing(structure)),
    },
    {
      id: "suggestion.reject",
      title: "Reject the suggestion on this frame, or show it again",
      group: "Suggestions",
      keys: ["shift+backspace"],
      isAvailable,
      run: withChosen((structure) => annotator.suggestions.reject(structure)),
    },
    {
      id: "suggestion.through",
      title: "Accept the chosen structure through the clip",
      group: "Suggestions",
      keys: ["shift+a"],
      isAvailable: () => !annotator.isReadOnly && annotator.suggestions.isPresent,
      run: withChosen((structure) => annotator.suggestions.acceptThroughClip(structure)),
    },
    {
      id: "suggestion.next",
      title: "Next suggestion to look at, the least certain first",
      group: "Suggestions",
      keys: ["tab", "pagedown"],
      hint: "Tab does so once the picture has been clicked.",
      isAvailable: () => annotator.suggestions.isPresent,
      run: walk(1),
    },
    {
      id: "suggestion.previous",
      title: "Previous suggestion to look at",
      group: "Suggestions",
      keys: ["shift+tab", "pageup"],
      isAvailable: () => annotator.suggestions.isPresent,
      run: walk(-1),
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
