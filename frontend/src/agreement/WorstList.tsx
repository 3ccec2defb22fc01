import { Anchor, Skeleton, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { disagreementsQuery, type RowFilter } from "../api/agreement";
import type { AgreementDetail } from "../api/types";
import { Problem } from "../parts/Problem";
import { StructureName } from "../parts/StructureName";
import { frameAddress } from "./frameAddress";
import { shown } from "./readFigures";

/** The frames on which two readers agree least; each opens with all readers' contours. */
export function WorstList({ report, filter }: { report: AgreementDetail; filter: RowFilter }) {
  const worst = useQuery(disagreementsQuery(report.id, filter));
  if (worst.isPending) return <Skeleton height={200} />;
  if (worst.isError) return <Problem error={worst.error} onRetry={worst.refetch} />;
  if (worst.data.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No reader shows this structure in a frame that two have looked at.
      </Text>
    );
  }
  const nameOf = (place: number) => report.readers[place]?.name ?? "A reader";
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Frame</Table.Th>
            <Table.Th>Structure</Table.Th>
            <Table.Th>Readers</Table.Th>
            <Table.Th>Dice</Table.Th>
            <Table.Th>HD95, px</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {worst.data.map((row) => {
            const structure = report.structures.find(({ code }) => code === row.structure);
            const alone = row.state === "first" ? row.first : row.second;
            return (
              <Table.Tr
                key={`${row.clip} ${row.frame} ${row.structure} ${row.first} ${row.second}`}
              >
                <Table.Td>
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link {...frameAddress(report, row, row.frame)} {...props} />
                    )}
                  >
                    {row.title}, frame {row.frame}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <StructureName structure={structure} otherwise={row.structure} />
                </Table.Td>
                <Table.Td>
                  {nameOf(row.first)}, {nameOf(row.second)}
                  {row.state !== "both" && (
                    <Text size="xs" c="dimmed">
                      only {nameOf(alone)} shows it
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{shown(row.dice)}</Table.Td>
                <Table.Td>{shown(row.hd95_px, 1)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
