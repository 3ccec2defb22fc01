import type { Command, KeyTargets } from "./command";

/** What is done to the shape that is being drawn or is chosen, and to what comes next. */
export function drawCommands({ annotator }: KeyTargets): Command[] {
  const isAvailable = () => !annotator.isReadOnly;
  const toTool = (id: string, title: string, key: string, keys: readonly string[]): Command => ({
    id,
    title,
    group: "Draw",
    keys,
    isAvailable,
    run: () => annotator.tool.key(key),
  });
  return [
    toTool("draw.close", "Close the contour", "Enter", ["enter"]),
    toTool("draw.back", "Take back the last point, or delete what is chosen", "Backspace", [
      "backspace",
    ]),
    toTool("draw.delete", "Delete the chosen point or shape", "Delete", ["delete"]),
    toTool("draw.cancel", "Give up the contour, or choose nothing", "Escape", ["escape"]),
    {
      id: "draw.another",
      title: "Draw a further one of the structure",
      group: "Draw",
      keys: ["n"],
      isAvailable,
      run: () => annotator.drawAnother(),
    },
    ...annotator.structures.slice(0, 9).map(
      (structure, i): Command => ({
        id: `structure.${i + 1}`,
        title: `Choose ${structure.name}`,
        group: "Draw",
        keys: [String(i + 1)],
        run: () => annotator.chooseStructure(structure.id),
      }),
    ),
  ];
}
