import { Table, Text } from "@mantine/core";
import type { Structure } from "../api/types";
import { score } from "../format/text";
import { StructureName } from "../parts/StructureName";
import { FigureCell } from "./FigureCell";
import { FIGURE_NAMES, FIGURES, figureOf, orderedCodes, overallOf } from "./metrics";

interface MetricsTableProps {
  metrics: unknown;
  structures: readonly Structure[];
  /** On what the figures were measured, in a sentence. */
  measured?: string | undefined;
  /** What the whiskers of the bars beside the table are. */
  whiskers?: "interval" | "deviation";
}

const BY_FOLDS = "Every frame is scored by the fold that did not train on its subject.";

/** All held-out frames together: a row a structure, with 95 % intervals where there are any. */
export function MetricsTable({
  metrics,
  structures,
  measured = BY_FOLDS,
  whiskers = "interval",
}: MetricsTableProps) {
  const codes = orderedCodes(metrics, structures);
  if (codes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No figures are recorded.
      </Text>
    );
  }
  const { iou, accuracy } = overallOf(metrics);
  const hasDeviation = codes.some((code) => figureOf(metrics, code, "dice").deviation !== null);
  return (
    <>
      <Table.ScrollContainer minWidth={620}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Structure</Table.Th>
              {FIGURES.map((figure) => (
                <Table.Th key={figure}>{FIGURE_NAMES[figure]}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {codes.map((code) => {
              const structure = structures.find((candidate) => candidate.code === code);
              return (
                <Table.Tr key={code}>
                  <Table.Td>
                    <StructureName structure={structure} otherwise={code} />
                  </Table.Td>
                  {FIGURES.map((figure) => (
                    <FigureCell key={figure} figure={figureOf(metrics, code, figure)} />
                  ))}
                </Table.Tr>
              );
            })}
            <Table.Tr>
              <Table.Td>All structures</Table.Td>
              <Table.Td colSpan={3}>
                <Text size="sm" c="dimmed">
                  Pixel accuracy {score(accuracy.value)}
                </Text>
              </Table.Td>
              <Table.Td />
              <FigureCell figure={iou} />
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt="xs" maw="80ch">
        {measured} Figures are over all frames together. Small below them
        {whiskers === "interval" && ", and whiskers on the bars"}: 95 % interval, by drawing the
        subjects again at random with replacement; the wider it is, the less the figure would hold
        for other subjects.
        {hasDeviation &&
          " Folds: mean ± standard deviation over the folds, each of which counts once."}
        {whiskers === "deviation" &&
          " Bars and their whiskers, further down, are this mean and standard deviation."}
      </Text>
    </>
  );
}
