import type { Command, KeyTargets } from "./command";

/** How the chosen structure is shown. */
export function lookCommands({ annotator }: KeyTargets): Command[] {
  const look = (
    id: string,
    title: string,
    key: string,
    act: (structure: string) => void,
  ): Command => ({
    id: `look.${id}`,
    title,
    group: "View",
    keys: [key],
    isAvailable: () => annotator.state.snapshot().structure !== null,
    run: () => {
      const { structure } = annotator.state.snapshot();
      if (structure !== null) act(structure);
    },
  });
  const fillOf = (structure: string) => annotator.state.snapshot().fills.get(structure) ?? 1;
  return [
    look("hide", "Show or hide the chosen structure", "alt+h", (structure) =>
      annotator.toggle("hidden", structure),
    ),
    look("lock", "Lock or unlock the chosen structure", "alt+l", (structure) =>
      annotator.toggle("locked", structure),
    ),
    look("outline", "Chosen structure as an outline, or filled", "alt+o", (structure) =>
      annotator.setFill(structure, fillOf(structure) === 0 ? 1 : 0),
    ),
    look("fainter", "Fill the chosen structure less", "alt+,", (structure) =>
      annotator.setFill(structure, Math.max(0, fillOf(structure) - 0.25)),
    ),
    look("stronger", "Fill the chosen structure more", "alt+.", (structure) =>
      annotator.setFill(structure, Math.min(1, fillOf(structure) + 0.25)),
    ),
  ];
}
