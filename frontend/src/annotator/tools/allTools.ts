import { BrushTool } from "./brushTool";
import { ContourTool } from "./contourTool";
import { EditTool } from "./editTool";
import { EllipseTool } from "./ellipseTool";
import { WithPenEraser } from "./penEraser";
import { ScissorsTool } from "./scissorsTool";
import { SculptTool } from "./sculptTool";
import type { Tool, Workbench } from "./tool";
import { TransformTool } from "./transformTool";

export type ToolName =
  | "edit"
  | "spline"
  | "polygon"
  | "scissors"
  | "ellipse"
  | "brush"
  | "eraser"
  | "threshold"
  | "sculpt"
  | "transform";

export const TOOL_NAMES: readonly ToolName[] = [
  "edit",
  "transform",
  "spline",
  "polygon",
  "scissors",
  "ellipse",
  "brush",
  "eraser",
  "threshold",
  "sculpt",
];

/** One of each tool at a workbench. */
export function allTools(bench: Workbench): Record<ToolName, Tool> {
  const eraser = new BrushTool("eraser", bench);
  const withEraser = (tool: Tool) => new WithPenEraser(tool, eraser);
  return {
    edit: withEraser(new EditTool(bench)),
    transform: withEraser(new TransformTool(bench)),
    spline: withEraser(new ContourTool("spline", bench)),
    polygon: withEraser(new ContourTool("polygon", bench)),
    scissors: withEraser(new ScissorsTool(bench)),
    ellipse: withEraser(new EllipseTool(bench)),
    brush: withEraser(new BrushTool("brush", bench)),
    eraser,
    threshold: withEraser(new BrushTool("threshold", bench)),
    sculpt: withEraser(new SculptTool(bench)),
  };
}
