import { Group, Stack, Text } from "@mantine/core";
import type { AgreementDetail } from "../api/types";
import { Swatch } from "../parts/StructureLegend";
import classes from "./agreement.module.css";
import { type ReportFigures, shown } from "./readFigures";

interface DiceBoxesProps {
  report: AgreementDetail;
  figures: ReportFigures;
}

const at = (value: number): string => `${value * 100}%`;

/**
 * Dice of every compared frame as a box a structure (quartiles, and the middle 90 %), with the mean
 * and its interval over subjects on top.
 */
export function DiceBoxes({ report, figures }: DiceBoxesProps) {
  return (
    <Stack gap={4}>
      <ul className={classes.list} aria-label="Dice of each structure">
        {figures.structures.map((each) => {
          const structure = report.structures.find(({ channel }) => channel === each.channel);
          const name = structure?.name ?? "All structures";
          const colour = structure?.colour ?? "#9aa4b2";
          const mean = each.figures.dice ?? null;
          const interval = each.intervals.dice ?? null;
          const [p5, p25, p50, p75, p95] = each.spread.dice ?? [];
          const sure = interval === null ? "" : ` (${shown(interval[0])} to ${shown(interval[1])})`;
          return (
            <li
              key={each.channel}
              className={classes.row}
              aria-label={`${name}: Dice ${shown(mean)}${sure}`}
            >
              <Group gap={8} wrap="nowrap">
                <Swatch colour={colour} />
                <Text size="sm" truncate>
                  {name}
                </Text>
              </Group>
              <span className={classes.scale} aria-hidden>
                {p5 !== undefined && p95 !== undefined && (
                  <span
                    className={classes.range}
                    style={{ left: at(p5), width: at(p95 - p5), background: colour }}
                  />
                )}
                {p25 !== undefined && p75 !== undefined && (
                  <span
                    className={classes.box}
                    style={{ left: at(p25), width: at(p75 - p25), background: colour }}
                  />
                )}
                {p50 !== undefined && (
                  <span className={classes.median} style={{ left: at(p50), background: colour }} />
                )}
                {interval !== null && (
                  <span
                    className={classes.interval}
                    style={{ left: at(interval[0]), width: at(interval[1] - interval[0]) }}
                  />
                )}
                {mean !== null && <span className={classes.mean} style={{ left: at(mean) }} />}
              </span>
              <Text size="sm" className={classes.number}>
                <b>{shown(mean)}</b>
                {sure}
              </Text>
            </li>
          );
        })}
      </ul>
      <div className={classes.row} aria-hidden>
        <span />
        <Group justify="space-between" fz="xs" c="dimmed">
          <span>0</span>
          <span>0.5</span>
          <span>1</span>
        </Group>
        <span />
      </div>
      <Text size="xs" c="dimmed" maw="80ch">
        Dot and white line: mean over the frames that at least one reader shows, and its 95 %
        interval when subjects are drawn again at random. Box: the middle half of single frames;
        thin line: the middle 90 %. A frame that only one of two readers shows counts 0.
      </Text>
    </Stack>
  );
}
