import { BarChart } from "@mantine/charts";
import { Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import type { ModelVersion, Structure } from "../api/types";
import { score } from "../format/text";
import { Swatch } from "../parts/StructureLegend";
import {
  FIGURE_NAMES,
  FIGURES,
  type Figure,
  type FigureValue,
  figureOf,
  orderedCodes,
} from "../training/metrics";

interface CompareFiguresProps {
  older: ModelVersion;
  newer: ModelVersion;
  structures: readonly Structure[];
}

/** The figures of two versions side by side, one figure at a time. */
export function CompareFigures({ older, newer, structures }: CompareFiguresProps) {
  const [figure, setFigure] = useState<Figure>("dice");
  const codes = [
    ...new Set([
      ...orderedCodes(older.metrics, structures),
      ...orderedCodes(newer.metrics, structures),
    ]),
  ];
  const structureOf = (code: string) => structures.find((structure) => structure.code === code);
  const nameOf = (code: string) => structureOf(code)?.name ?? code;
  const names = [`Version ${older.number}`, `Version ${newer.number}`] as const;
  const warning = framesWarning(older, newer);
  return (
    <Stack gap="md">
      <SegmentedControl
        aria-label="Figure"
        value={figure}
        onChange={(value) => setFigure(value as Figure)}
        data={FIGURES.map((name) => ({ value: name, label: FIGURE_NAMES[name] }))}
      />
      {warning !== "" && (
        <Text size="sm" c="yellow.4">
          {warning}
        </Text>
      )}
      <BarChart
        h={220}
        data={codes.map((code) => ({
          structure: nameOf(code),
          [names[0]]: figureOf(older.metrics, code, figure).value,
          [names[1]]: figureOf(newer.metrics, code, figure).value,
        }))}
        dataKey="structure"
        withLegend
        valueFormatter={score}
        yAxisProps={{ domain: [0, 1] }}
        barProps={{ isAnimationActive: false }}
        series={[
          { name: names[0], color: "gray.5" },
          { name: names[1], color: "iris.4" },
        ]}
      />
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{FIGURE_NAMES[figure]}</Table.Th>
            <Table.Th>{names[0]}</Table.Th>
            <Table.Th>{names[1]}</Table.Th>
            <Table.Th>Difference</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {codes.map((code) => {
            const before = figureOf(older.metrics, code, figure);
            const after = figureOf(newer.metrics, code, figure);
            return (
              <Table.Tr key={code}>
                <Table.Td>
                  <Group gap={8}>
                    <Swatch colour={structureOf(code)?.colour ?? "#999"} />
                    {nameOf(code)}
                  </Group>
                </Table.Td>
                <Table.Td>
                  <WithInterval figure={before} />
                </Table.Td>
                <Table.Td>
                  <WithInterval figure={after} />
                </Table.Td>
                <Table.Td>{difference(before.value, after.value)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

type Measured = Pick<ModelVersion, "snapshot_sha256">;

/** What to say where the two were not measured on one snapshot; "" where they were. */
export function framesWarning(
  { snapshot_sha256: older }: Measured,
  { snapshot_sha256: newer }: Measured,
): string {
  if (older === "" || newer === "") {
    return "Nobody knows here whether the two were measured on the same frames; a difference may come from the frames.";
  }
  if (older === newer) return "";
  return "The two were measured on different snapshots; a difference may come from the frames.";
}

function WithInterval({ figure: { value, interval } }: { figure: FigureValue }) {
  return (
    <>
      {score(value)}
      {interval !== null && (
        <Text span size="xs" c="dimmed">
          {" "}
          {score(interval[0])}–{score(interval[1])}
        </Text>
      )}
    </>
  );
}

function difference(before: number | null, after: number | null): string {
  if (before === null || after === null) return "–";
  const change = after - before;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return `${sign}${Math.abs(change).toFixed(2)}`;
}
