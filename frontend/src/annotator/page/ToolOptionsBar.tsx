import { SegmentedControl, Slider } from "@mantine/core";
import type { Annotator, ToolName } from "../core/annotator";
import {
  type DrawMode,
  SIZES,
  type SizeName,
  TOLERANCES,
  type ToolOptions,
} from "../tools/toolSettings";
import classes from "./tools.module.css";
import { useStore } from "./useStore";

const SIZED: Partial<Record<ToolName, SizeName>> = {
  brush: "brush",
  eraser: "brush",
  threshold: "brush",
  sculpt: "sculpt",
};

const DRAWS: ReadonlySet<ToolName> = new Set(["spline", "polygon", "scissors", "ellipse"]);

const MODES: readonly { value: DrawMode; label: string }[] = [
  { value: "replace", label: "New shape" },
  { value: "add", label: "Add" },
  { value: "subtract", label: "Subtract" },
];

/** What can be set about the tool in use; nothing where there is nothing to set. */
export function ToolOptionsBar({ annotator }: { annotator: Annotator }) {
  const { tool } = useStore(annotator.state);
  const { options } = annotator;
  const { mode, tolerance } = useStore(options.state);
  const size = SIZED[tool];
  const hasMode = DRAWS.has(tool) || (tool === "edit" && mode !== "replace");
  if (size === undefined && !hasMode) return null;
  return (
    <fieldset className={classes.options} aria-label="Options of the tool">
      {size !== undefined && <SizeSlider options={options} name={size} />}
      {tool === "threshold" && (
        <div className={classes.option}>
          <span>Range</span>
          <Slider
            w={110}
            size="sm"
            min={TOLERANCES.least}
            max={TOLERANCES.most}
            value={tolerance}
            onChange={(value) => options.setTolerance(value)}
            label={null}
            thumbLabel="Grey levels to either side of the pixel under the pointer"
          />
          <span className={classes.value}>± {tolerance}</span>
        </div>
      )}
      {hasMode && (
        <SegmentedControl
          size="xs"
          aria-label="What drawing does to the shape"
          data={MODES.map((one) => ({ ...one }))}
          value={mode}
          onChange={(value) => options.setMode(value as DrawMode)}
        />
      )}
      {tool === "edit" && <span>Click another shape to {mode} it.</span>}
    </fieldset>
  );
}

/** On a scale of ratios: small brushes need fine steps. */
function SizeSlider({ options, name }: { options: ToolOptions; name: SizeName }) {
  const size = useStore(options.state)[name];
  return (
    <div className={classes.option}>
      <span>Size</span>
      <Slider
        w={110}
        size="sm"
        min={Math.log(SIZES.least)}
        max={Math.log(SIZES.most)}
        step={0.01}
        value={Math.log(size)}
        onChange={(value) => options.setSize(name, Math.exp(value))}
        label={null}
        thumbLabel="Diameter in pixels"
      />
      <span className={classes.value}>{size < 10 ? size.toFixed(1) : size.toFixed(0)} px</span>
    </div>
  );
}
