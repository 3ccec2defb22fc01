import type { ToolName } from "../core/annotator";
import type { Command, KeyTargets } from "./command";

export interface ToolEntry {
  readonly name: ToolName;
  readonly title: string;
  readonly key: string;
}

/** The tools in the order of the tool rail. */
export const TOOLS: readonly ToolEntry[] = [
  { name: "edit", title: "Choose and edit", key: "v" },
  { name: "transform", title: "Move, turn and scale", key: "t" },
  { name: "spline", title: "Draw a curve", key: "d" },
  { name: "polygon", title: "Draw a polygon", key: "p" },
  { name: "scissors", title: "Scissors that follow edges", key: "w" },
  { name: "ellipse", title: "Draw an ellipse", key: "o" },
  { name: "brush", title: "Brush", key: "b" },
  { name: "eraser", title: "Eraser", key: "e" },
  { name: "threshold", title: "Brush for a range of grey", key: "h" },
  { name: "sculpt", title: "Push the border", key: "u" },
];

/** One command for each tool, and what is set about them or done to the chosen shape. */
export function toolCommands({ annotator }: KeyTargets): Command[] {
  const isAvailable = () => !annotator.isReadOnly;
  const act = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
  ): Command => ({
    id,
    title,
    group: "Tools",
    keys,
    isAvailable,
    run,
  });
  const resize = (steps: number) => annotator.tool.wheel?.(steps) ?? false;
  const tolerate = (steps: number) => {
    const { options } = annotator;
    options.setTolerance(options.now.tolerance + steps);
  };
  return [
    ...TOOLS.map(({ name, title, key }) =>
      act(`tool.${name}`, title, [key], () => annotator.chooseTool(name)),
    ),
    act("tool.smaller", "Smaller brush", ["["], () => resize(-1)),
    act("tool.larger", "Larger brush", ["]"], () => resize(1)),
    act("tool.stricter", "Narrower range of grey", ["alt+["], () => tolerate(-2)),
    act("tool.laxer", "Wider range of grey", ["alt+]"], () => tolerate(2)),
    act("tool.add", "What is drawn is added to the shape", ["alt+="], () =>
      annotator.options.toggleMode("add"),
    ),
    act("tool.subtract", "What is drawn is taken from the shape", ["alt+-"], () =>
      annotator.options.toggleMode("subtract"),
    ),
    act("shape.fill", "Fill the shape's holes", ["f"], () => annotator.drawing.fillHoles()),
    act("shape.smooth", "Smooth the curve", ["shift+s"], () => annotator.drawing.smooth()),
    act("shape.convert", "Turn a curve into a mask, or a mask into a curve", ["shift+c"], () =>
      annotator.drawing.convert(),
    ),
  ];
}
