import { Group, Table } from "@mantine/core";
import type { PairedComparison, Structure } from "../api/types";
import { score } from "../format/text";
import { Swatch } from "../parts/StructureLegend";
import { pValue } from "../training/report/readReport";
import { DifferenceCells, reachOf } from "./DifferenceCells";
import { ALL } from "./paired";

interface PairedTableProps {
  comparison: PairedComparison;
  structures: readonly Structure[];
}

/** Mean Dice before and after on the same frames; the difference as a point with its interval. */
export function PairedTable({ comparison, structures }: PairedTableProps) {
  const reach = reachOf(comparison.structures);
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
                <DifferenceCells
                  difference={row.difference}
                  interval={row.interval}
                  reach={reach}
                />
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
