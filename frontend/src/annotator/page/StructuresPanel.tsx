import { ActionIcon, Group, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconEye, IconEyeOff, IconLock, IconLockOpen2 } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { Swatch } from "../../parts/StructureLegend";
import type { Annotator } from "../core/annotator";
import { keyframeAt, type SetDocument, trackShape, tracksOf } from "../core/document";
import { FillMenu } from "./FillMenu";
import classes from "./page.module.css";
import { SideSection } from "./SideSection";
import { useStore } from "./useStore";

type Presence = "keyframe" | "between" | "none";

const PRESENCE: Record<Presence, string> = {
  keyframe: "drawn on this frame",
  between: "interpolated on this frame",
  none: "not on this frame",
};

/** How a structure stands on a frame. */
export function presenceAt(document: SetDocument, structure: string, frame: number): Presence {
  const shown = tracksOf(document, structure).filter((track) => trackShape(track, frame) !== null);
  if (shown.length === 0) return "none";
  return shown.some((track) => keyframeAt(track, frame) !== undefined) ? "keyframe" : "between";
}

interface StructuresPanelProps {
  annotator: Annotator;
  document: SetDocument;
  frame: number;
}

/** The procedure's structures: which one is drawn next, what is shown, what is locked. */
export function StructuresPanel({ annotator, document, frame }: StructuresPanelProps) {
  const state = useStore(annotator.state);
  return (
    <SideSection title="Structures">
      {annotator.structures.map((structure, i) => {
        const presence = presenceAt(document, structure.id, frame);
        const isHidden = state.hidden.has(structure.id);
        const isLocked = state.locked.has(structure.id);
        const isChosen = state.structure === structure.id;
        return (
          <div
            key={structure.id}
            className={classes.structure}
            data-chosen={isChosen || undefined}
            style={{ "--structure-colour": structure.colour } as CSSProperties}
          >
            <UnstyledButton
              className={classes.structureName}
              data-hidden={isHidden || undefined}
              data-testid={`structure-${structure.code}`}
              data-presence={presence}
              aria-pressed={isChosen}
              aria-keyshortcuts={i < 9 ? String(i + 1) : undefined}
              onClick={() => annotator.chooseStructure(structure.id)}
            >
              <Swatch colour={structure.colour} size={13} />
              <span className={classes.name}>{structure.name}</span>
              <VisuallyHidden>, {PRESENCE[presence]}</VisuallyHidden>
              <span className={classes.presence} data-presence={presence} />
              {i < 9 && (
                <span className={classes.digit} aria-hidden>
                  {i + 1}
                </span>
              )}
            </UnstyledButton>
            <Group gap={0} wrap="nowrap" pr={4}>
              <FillMenu
                name={structure.name}
                fill={state.fills.get(structure.id) ?? 1}
                onFill={(fill) => annotator.setFill(structure.id, fill)}
              />
              <Toggle
                label={isHidden ? `Show ${structure.name}` : `Hide ${structure.name}`}
                isOn={isHidden}
                icon={isHidden ? IconEyeOff : IconEye}
                onDo={() => annotator.toggle("hidden", structure.id)}
              />
              {!annotator.isReadOnly && (
                <Toggle
                  label={isLocked ? `Unlock ${structure.name}` : `Lock ${structure.name}`}
                  isOn={isLocked}
                  icon={isLocked ? IconLock : IconLockOpen2}
                  onDo={() => annotator.toggle("locked", structure.id)}
                />
              )}
            </Group>
          </div>
        );
      })}
    </SideSection>
  );
}

interface ToggleProps {
  label: string;
  isOn: boolean;
  icon: typeof IconEye;
  onDo(): void;
}

function Toggle({ label, isOn, icon: Icon, onDo }: ToggleProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size="sm"
        variant="subtle"
        color={isOn ? "yellow" : "gray"}
        aria-label={label}
        onClick={onDo}
      >
        <Icon size={15} />
      </ActionIcon>
    </Tooltip>
  );
}
