import { Group, Table, Text } from "@mantine/core";
import type { PairedComparison, Structure } from "../api/types";
import { score } from "../format/text";
import { Swatch } from "../parts/StructureLegend";
import { pValue } from "../training/report/readReport";
import classes from "./models.module.css";
import { ALL, signed } from "./paired";

interface PairedTableProps {
  comparison: PairedComparison;
  structures: readonly Structure[];
}

/** Half of the scale that differences are drawn on, never so fine that noise looks large. */
function reachOf({ structures }: PairedComparison): number {
  const ends = structures.flatMap(({ difference, interval }) => [
    Math.abs(difference ?? 0),
    ...(interval ?? []).map(Math.abs),
  ]);
  return Math.max(0.05, ...ends);
}

/** Mean Dice before and after on the same frames; the difference as a point with its interval. */
export function PairedTable({ comparison, structures }: PairedTableProps) {
  const reach = reachOf(comparison);
  const at = (value: number) => `${50 + (50 * value) / reach}%`;
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Mean Dice</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
            <Table.Th>Difference</Table.Th>
            <Table.Th w={220}>
              −{reach.toFixed(2)} to +{reach.toFixed(2)}
            </Table.Th>
            <Table.Th>t-test</Table.Th>
            <Table.Th>Wilcoxon</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {comparison.structures.map((row) => {
            const structure = structures.find(({ code }) => code === row.code);
            const [low, high] = row.interval ?? [];
            return (
              <Table.Tr key={row.code}>
                <Table.Td>
                  <Group gap={8} wrap="nowrap">
                    {row.code !== ALL && <Swatch colour={structure?.colour ?? "#999"} />}
                    {row.code === ALL ? "All structures" : (structure?.name ?? row.code)}
                  </Group>
                </Table.Td>
                <Table.Td>{score(row.first)}</Table.Td>
                <Table.Td>{score(row.second)}</Table.Td>
                <Table.Td style={{ whiteSpace: "nowrap" }}>
                  {signed(row.difference)}
                  {low !== undefined && high !== undefined && (
                    <Text size="xs" c="dimmed">
                      {signed(low)} to {signed(high)}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>
                  <span className={classes.axis} aria-hidden>
                    {low !== undefined && high !== undefined && (
                      <span
                        className={classes.reach}
                        style={{ left: at(low), width: `${(50 * (high - low)) / reach}%` }}
                      />
                    )}
                    {row.difference !== null && (
                      <span className={classes.point} style={{ left: at(row.difference) }} />
                    )}
                  </span>
                </Table.Td>
                <Table.Td>{pValue(row.t_p_holm)}</Table.Td>
                <Table.Td>{pValue(row.wilcoxon_p_holm)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
