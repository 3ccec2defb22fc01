import { Table, Text } from "@mantine/core";
import { shown } from "../agreement/readFigures";
import type { ReaderFindings } from "../api/types";
import { StructureName } from "../parts/StructureName";
import { distance } from "./checkWords";

type Structures = ReaderFindings["structures"];
type Kind = ReaderFindings["kinds"][number];
type Interval = readonly (number | null)[] | null | undefined;

/** Dice, detection and distance of each structure, with intervals by subject. */
export function CheckFigures({ kind, structures }: { kind: Kind; structures: Structures }) {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Structure</Table.Th>
            <Table.Th>Dice</Table.Th>
            <Table.Th>F1</Table.Th>
            <Table.Th>HD95</Table.Th>
            <Table.Th>Mean distance</Table.Th>
            <Table.Th>Kappa of visible</Table.Th>
            <Table.Th>Missed</Table.Th>
            <Table.Th>Seen too much</Table.Th>
            <Table.Th>Frames</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kind.structures.map((each) => {
            const structure = structures.find(({ channel }) => channel === each.channel);
            return (
              <Table.Tr key={each.channel ?? "all"}>
                <Table.Td>
                  <StructureName structure={structure} otherwise="All structures" />
                </Table.Td>
                <Table.Td>
                  <WithInterval value={each.figures.dice} interval={each.intervals.dice} />
                </Table.Td>
                <Table.Td>
                  <WithInterval value={each.figures.f1} interval={each.intervals.f1} />
                </Table.Td>
                <Table.Td>{distance(each.figures, "hd95")}</Table.Td>
                <Table.Td>{distance(each.figures, "surface_distance")}</Table.Td>
                <Table.Td>{shown(each.figures.kappa)}</Table.Td>
                <Table.Td>{each.only_first}</Table.Td>
                <Table.Td>{each.only_second}</Table.Td>
                <Table.Td>{each.compared}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function WithInterval({
  value,
  interval,
}: {
  value: number | null | undefined;
  interval: Interval;
}) {
  return (
    <>
      {shown(value)}
      {interval && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {shown(interval[0])} to {shown(interval[1])}
        </Text>
      )}
    </>
  );
}
