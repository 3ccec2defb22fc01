import { Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Structure } from "../api/types";
import { score } from "../format/text";
import { Swatch } from "../parts/StructureLegend";
import { FIGURE_NAMES, FIGURES, type Figure, figureOf, orderedCodes } from "./metrics";
import classes from "./training.module.css";

interface FigureBarsProps {
  metrics: unknown;
  structures: readonly Structure[];
}

/** One figure as a bar a structure on the whole scale from 0 to 1, with its interval as a whisker. */
export function FigureBars({ metrics, structures }: FigureBarsProps) {
  const [figure, setFigure] = useState<Figure>("dice");
  const codes = orderedCodes(metrics, structures);
  if (codes.length === 0) return null;
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        aria-label="Figure shown as bars"
        value={figure}
        onChange={(name) => setFigure(name as Figure)}
        data={FIGURES.map((name) => ({ value: name, label: FIGURE_NAMES[name] }))}
        style={{ alignSelf: "flex-start" }}
      />
      <ul className={classes.bars} aria-label={`${FIGURE_NAMES[figure]} of each structure`}>
        {codes.map((code) => {
          const structure = structures.find((candidate) => candidate.code === code);
          const { value, interval } = figureOf(metrics, code, figure);
          const colour = structure?.colour ?? "#999";
          const said = interval
            ? `, 95 % interval ${score(interval[0])} to ${score(interval[1])}`
            : "";
          return (
            <li
              key={code}
              aria-label={`${structure?.name ?? code}: ${score(value)}${said}`}
              className={classes.barRow}
            >
              <Group gap={8} wrap="nowrap">
                <Swatch colour={colour} />
                <Text size="sm" truncate>
                  {structure?.name ?? code}
                </Text>
              </Group>
              <span className={classes.scale} aria-hidden>
                {value !== null && (
                  <span
                    className={classes.bar}
                    style={{ width: `${value * 100}%`, background: colour }}
                  />
                )}
                {interval !== null && (
                  <span
                    className={classes.whisker}
                    style={{
                      left: `${interval[0] * 100}%`,
                      width: `${(interval[1] - interval[0]) * 100}%`,
                    }}
                  />
                )}
              </span>
              <Text size="sm" fw={600} ta="right" className={classes.number}>
                {score(value)}
              </Text>
            </li>
          );
        })}
      </ul>
      <div className={classes.barRow} aria-hidden>
        <span />
        <Group justify="space-between" fz="xs" c="dimmed">
          <span>0</span>
          <span>0.5</span>
          <span>1</span>
        </Group>
        <span />
      </div>
    </Stack>
  );
}
