import type { ToolName } from "../core/annotator";
import type { Command, KeyTargets } from "./command";

const TOOLS: readonly (readonly [ToolName, string, string])[] = [
  ["edit", "Choose and edit", "v"],
  ["spline", "Draw a curve", "d"],
  ["polygon", "Draw a polygon", "p"],
];

/** One command for each tool. */
export function toolCommands({ annotator }: KeyTargets): Command[] {
  return TOOLS.map(([tool, title, key]) => ({
    id: `tool.${tool}`,
    title,
    group: "Tools",
    keys: [key],
    isAvailable: () => !annotator.isReadOnly,
    run: () => annotator.chooseTool(tool),
  }));
}
