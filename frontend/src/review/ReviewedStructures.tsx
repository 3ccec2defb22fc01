import { ActionIcon, Tooltip, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import type { CSSProperties } from "react";
import { type SetDocument, tracksOf } from "../annotator/core/document";
import classes from "../annotator/page/page.module.css";
import { presenceAt } from "../annotator/page/StructuresPanel";
import type { Structure } from "../api/types";
import { Swatch } from "../parts/StructureLegend";

interface ReviewedStructuresProps {
  structures: readonly Structure[];
  document: SetDocument;
  frame: number;
  hidden: ReadonlySet<string>;
  onHide(hidden: ReadonlySet<string>): void;
  onGo(frame: number): void;
}

/** Each structure with how often it was drawn; a click goes to the next frame drawn. */
export function ReviewedStructures(props: ReviewedStructuresProps) {
  const { structures, document, frame, hidden, onHide, onGo } = props;
  const toggle = (structure: string) => {
    const changed = new Set(hidden);
    if (!changed.delete(structure)) changed.add(structure);
    onHide(changed);
  };
  return (
    <section className={classes.section} aria-label="Structures">
      <h2 className={classes.heading}>Structures</h2>
      {structures.map((structure) => {
        const frames = [
          ...new Set(
            tracksOf(document, structure.id).flatMap((track) =>
              track.keyframes.map((one) => one.frame_index),
            ),
          ),
        ].sort((a, b) => a - b);
        const isHidden = hidden.has(structure.id);
        const next = frames.find((one) => one > frame) ?? frames[0];
        const drawn = frames.length === 1 ? "1 keyframe" : `${frames.length} keyframes`;
        return (
          <div
            key={structure.id}
            className={classes.structure}
            style={{ "--structure-colour": structure.colour } as CSSProperties}
          >
            <UnstyledButton
              className={classes.structureName}
              data-hidden={isHidden || frames.length === 0 || undefined}
              disabled={next === undefined}
              onClick={() => next !== undefined && onGo(next)}
            >
              <Swatch colour={structure.colour} size={13} />
              <span className={classes.name}>{structure.name}</span>
              <VisuallyHidden>, {drawn}</VisuallyHidden>
              <span
                className={classes.presence}
                data-presence={presenceAt(document, structure.id, frame)}
              />
              <span className={classes.digit} title={drawn} aria-hidden>
                {frames.length === 0 ? "not drawn" : `${frames.length} ×`}
              </span>
            </UnstyledButton>
            <Tooltip label={isHidden ? `Show ${structure.name}` : `Hide ${structure.name}`}>
              <ActionIcon
                size="sm"
                mr={4}
                variant="subtle"
                color={isHidden ? "yellow" : "gray"}
                aria-label={isHidden ? `Show ${structure.name}` : `Hide ${structure.name}`}
                onClick={() => toggle(structure.id)}
              >
                {isHidden ? <IconEyeOff size={15} /> : <IconEye size={15} />}
              </ActionIcon>
            </Tooltip>
          </div>
        );
      })}
    </section>
  );
}
