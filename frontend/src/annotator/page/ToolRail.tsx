import { ActionIcon, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconBrush,
  IconCopyPlus,
  IconEraser,
  IconEyeOff,
  IconGhost2,
  IconHandMove,
  IconOvalVertical,
  IconPaintFilled,
  IconPlus,
  IconPointer,
  IconPolygon,
  IconScissors,
  IconShape,
  IconTransform,
  IconTrash,
  IconVectorSpline,
  IconWand,
  IconWaveSine,
  type TablerIcon,
} from "@tabler/icons-react";
import { TOOLS } from "../commands/toolCommands";
import type { Annotator, ToolName } from "../core/annotator";
import type { AnnotationSession } from "../core/session";
import { ToolOptionsBar } from "./ToolOptionsBar";
import classes from "./tools.module.css";
import { useStore } from "./useStore";

const ICONS: Record<ToolName, TablerIcon> = {
  edit: IconPointer,
  transform: IconTransform,
  spline: IconVectorSpline,
  polygon: IconPolygon,
  scissors: IconScissors,
  ellipse: IconOvalVertical,
  brush: IconBrush,
  eraser: IconEraser,
  threshold: IconWand,
  sculpt: IconHandMove,
};

interface ToolRailProps {
  annotator: Annotator;
  session: AnnotationSession;
  hasSuggestion: boolean;
}

export function ToolRail({ annotator, session, hasSuggestion }: ToolRailProps) {
  const state = useStore(annotator.state);
  const { undoLabel, redoLabel } = useStore(session.state);
  const selected = annotator.selected();
  return (
    <div className={classes.rail} role="toolbar" aria-label="Tools" aria-orientation="vertical">
      {TOOLS.map(({ name, title, key }) => (
        <Act
          key={name}
          label={title}
          keys={key.toUpperCase()}
          icon={ICONS[name]}
          isOn={state.tool === name}
          onDo={() => annotator.chooseTool(name)}
        />
      ))}
      <ToolOptionsBar annotator={annotator} />
      <div className={classes.line} />
      <Act
        label="Fill the shape's holes"
        keys="F"
        icon={IconPaintFilled}
        onDo={() => annotator.drawing.fillHoles()}
      />
      <Act
        label="Smooth the curve"
        keys="Shift S"
        icon={IconWaveSine}
        onDo={() => annotator.drawing.smooth()}
      />
      <Act
        label="Turn a curve into a mask, or a mask into a curve"
        keys="Shift C"
        icon={IconShape}
        onDo={() => annotator.drawing.convert()}
      />
      <Act
        label="Draw a further one of this structure"
        keys="N"
        icon={IconPlus}
        onDo={() => annotator.drawAnother()}
      />
      <Act
        label="Copy the shape to this frame"
        keys="C"
        icon={IconCopyPlus}
        onDo={() => annotator.copyHere()}
      />
      <Act
        label="Not visible from this frame on"
        keys="X"
        icon={IconEyeOff}
        onDo={() => annotator.markAbsent()}
      />
      <Act
        label="Delete the chosen shape"
        keys="Del"
        icon={IconTrash}
        isOff={selected === null || selected.isLocked}
        onDo={() => selected !== null && annotator.remove(selected.track)}
      />
      {hasSuggestion && (
        <Act
          label="Show suggestions"
          keys="S"
          icon={IconGhost2}
          isOn={state.isGhostShown}
          onDo={() => annotator.toggleGhost()}
        />
      )}
      <div className={classes.line} />
      <Act
        label={undoLabel === null ? "Nothing to undo" : `Undo: ${undoLabel}`}
        keys="Ctrl Z"
        icon={IconArrowBackUp}
        isOff={undoLabel === null}
        onDo={() => annotator.undo()}
      />
      <Act
        label={redoLabel === null ? "Nothing to redo" : `Redo: ${redoLabel}`}
        keys="Ctrl Shift Z"
        icon={IconArrowForwardUp}
        isOff={redoLabel === null}
        onDo={() => annotator.redo()}
      />
    </div>
  );
}

interface ActProps {
  label: string;
  keys: string;
  icon: TablerIcon;
  isOn?: boolean;
  isOff?: boolean;
  onDo(): void;
}

function Act({ label, keys, icon: Icon, isOn, isOff = false, onDo }: ActProps) {
  return (
    <Tooltip label={`${label} (${keys})`} position="right">
      <ActionIcon
        size={34}
        variant={isOn ? "filled" : "subtle"}
        color={isOn ? undefined : "gray"}
        aria-label={label}
        aria-pressed={isOn}
        aria-keyshortcuts={keys.replaceAll("Ctrl", "Control").replaceAll(" ", "+")}
        disabled={isOff}
        onClick={onDo}
      >
        <Icon size={19} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
