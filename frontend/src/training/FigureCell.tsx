import { Table, Text } from "@mantine/core";
import { score } from "../format/text";
import type { FigureValue } from "./metrics";

interface FigureCellProps {
  figure: FigureValue;
  /** How a value of this figure is written. */
  written?: (value: number | null) => string;
}

/** A figure over all frames; small below it its interval, and mean and deviation of the folds. */
export function FigureCell({ figure, written = score }: FigureCellProps) {
  const { value, interval, mean, deviation } = figure;
  return (
    <Table.Td>
      {written(value)}
      {interval !== null && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {written(interval[0])} to {written(interval[1])}
        </Text>
      )}
      {mean !== null && deviation !== null && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          folds {written(mean)} ± {written(deviation)}
        </Text>
      )}
    </Table.Td>
  );
}
