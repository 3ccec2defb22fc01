import { Table } from "@mantine/core";
import type { PairedComparison, Structure } from "../api/types";
import { score } from "../format/text";
import { StructureName } from "../parts/StructureName";
import { DifferenceCells, reachOf } from "./DifferenceCells";

interface DetectionTableProps {
  comparison: PairedComparison;
  structures: readonly Structure[];
}

/** F1 of detected regions before and after on the same frames, structure by structure. */
export function DetectionTable({ comparison, structures }: DetectionTableProps) {
  const rows = comparison.structures.flatMap(({ code, detection }) =>
    detection === null ? [] : [{ code, ...detection }],
  );
  if (rows.length === 0) return null;
  const reach = reachOf(rows);
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>F1 of detection</Table.Th>
            <Table.Th>Before</Table.Th>
            <Table.Th>After</Table.Th>
            <Table.Th>Difference</Table.Th>
            <Table.Th w={220}>
              −{reach.toFixed(2)} to +{reach.toFixed(2)}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => {
            const structure = structures.find(({ code }) => code === row.code);
            return (
              <Table.Tr key={row.code}>
                <Table.Td>
                  <StructureName structure={structure} otherwise={row.code} />
                </Table.Td>
                <Table.Td>{score(row.first)}</Table.Td>
                <Table.Td>{score(row.second)}</Table.Td>
                <DifferenceCells
                  difference={row.difference}
                  interval={row.interval}
                  reach={reach}
                />
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
