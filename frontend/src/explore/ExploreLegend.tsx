import { Text, UnstyledButton } from "@mantine/core";
import type { CSSProperties } from "react";
import classes from "../annotator/page/page.module.css";
import type { Structure } from "../api/types";
import { Swatch } from "../parts/StructureLegend";
import { type ExploreParts, exploreScene } from "./exploreScene";

interface ExploreLegendProps {
  structures: readonly Structure[];
  parts: ExploreParts;
  frame: number;
  highlighted: string | null;
  onHighlight(structure: string | null): void;
}

/** Names and colours; pointing at one lets the others stand back on the picture. */
export function ExploreLegend(props: ExploreLegendProps) {
  const { structures, parts, frame, highlighted, onHighlight } = props;
  const scene = exploreScene({ ...parts, highlighted: null }, frame);
  const colours = new Set([...scene.layers, ...(scene.ghosts ?? [])].map((one) => one.colour));
  return (
    <section className={classes.section} aria-label="Structures">
      <h2 className={classes.heading}>Structures</h2>
      {structures.map((structure) => {
        const isHere = colours.has(structure.colour);
        return (
          <div
            key={structure.id}
            className={classes.structure}
            data-chosen={highlighted === structure.id || undefined}
            style={{ "--structure-colour": structure.colour } as CSSProperties}
          >
            <UnstyledButton
              className={classes.structureName}
              aria-pressed={highlighted === structure.id}
              onClick={() => onHighlight(highlighted === structure.id ? null : structure.id)}
              onPointerEnter={(event) => event.pointerType === "mouse" && onHighlight(structure.id)}
              onPointerLeave={(event) => event.pointerType === "mouse" && onHighlight(null)}
            >
              <Swatch colour={structure.colour} size={14} />
              <span className={classes.name}>{structure.name}</span>
              <Text span size="xs" c="dimmed">
                {isHere || parts.shown === "none" ? "" : "not here"}
              </Text>
            </UnstyledButton>
          </div>
        );
      })}
    </section>
  );
}
