import { Table, Text } from "@mantine/core";
import classes from "./models.module.css";
import { signed } from "./paired";

interface Difference {
  difference: number | null;
  interval: readonly number[] | null;
}

/** Half of the scale that differences are drawn on, never so fine that noise looks large. */
export function reachOf(differences: readonly Difference[]): number {
  const ends = differences.flatMap(({ difference, interval }) => [
    Math.abs(difference ?? 0),
    ...(interval ?? []).map(Math.abs),
  ]);
  return Math.max(0.05, ...ends);
}

/** Two cells: the difference with its interval in figures, and as a point on a line. */
export function DifferenceCells({ difference, interval, reach }: Difference & { reach: number }) {
  const at = (value: number) => `${50 + (50 * value) / reach}%`;
  const [low, high] = interval ?? [];
  const isKnown = low !== undefined && high !== undefined;
  return (
    <>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        {signed(difference)}
        {isKnown && (
          <Text size="xs" c="dimmed">
            {signed(low)} to {signed(high)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <span className={classes.axis} aria-hidden>
          {isKnown && (
            <span
              className={classes.reach}
              style={{ left: at(low), width: `${(50 * (high - low)) / reach}%` }}
            />
          )}
          {difference !== null && (
            <span className={classes.point} style={{ left: at(difference) }} />
          )}
        </span>
      </Table.Td>
    </>
  );
}
