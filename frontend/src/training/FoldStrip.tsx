import { Tooltip } from "@mantine/core";
import type { FoldStanding } from "../api/types";
import { percent } from "../format/text";
import { stateColour, stateLabel } from "../parts/StateBadge";
import { foldName } from "./curves";
import classes from "./training.module.css";

/** The folds as a strip of states, in their order. */
export function FoldStrip({ folds }: { folds: readonly FoldStanding[] }) {
  return (
    <ul aria-label="Folds" className={classes.strip}>
      {folds.map(({ index, state, progress }) => {
        const label = `${foldName(index)}: ${stateLabel(state)}${
          state === "running" ? `, ${percent(progress)}` : ""
        }`;
        const colour = ["queued", "cancelled"].includes(state)
          ? "var(--mantine-color-dark-3)"
          : `var(--mantine-color-${stateColour(state)}-6)`;
        const share = state === "done" ? 1 : state === "running" ? Math.max(0.12, progress) : 0;
        return (
          <Tooltip key={index} label={label}>
            <li
              aria-label={label}
              style={{
                width: 22,
                height: 14,
                borderRadius: 4,
                border: `1px solid ${colour}`,
                background: ["failed", "cancelled"].includes(state)
                  ? colour
                  : `linear-gradient(to right, ${colour} ${share * 100}%, transparent 0)`,
              }}
            />
          </Tooltip>
        );
      })}
    </ul>
  );
}
