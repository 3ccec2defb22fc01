import { Table, Text } from "@mantine/core";
import type { AgreementDetail } from "../api/types";
import { percent } from "../format/text";
import { StructureName } from "../parts/StructureName";
import {
  COEFFICIENT_NAMES,
  FIGURE_NAMES,
  type Interval,
  type ReportFigures,
  shown,
} from "./readFigures";

type FigureName = keyof typeof FIGURE_NAMES;
type CoefficientName = keyof typeof COEFFICIENT_NAMES;

const digitsOf = (name: string): number => (name.endsWith("_px") ? 1 : 2);

/** Every figure of every structure, over all pairs of readers. */
export function FigureTable({
  report,
  figures,
}: {
  report: AgreementDetail;
  figures: ReportFigures;
}) {
  const names = (Object.keys(FIGURE_NAMES) as FigureName[]).filter(
    (name) =>
      !name.endsWith("_mm") || figures.structures.some(({ figures: each }) => each[name] !== null),
  );
  const coefficients = Object.keys(COEFFICIENT_NAMES) as CoefficientName[];
  return (
    <Table.ScrollContainer minWidth={980}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Structure</Table.Th>
            {names.map((name) => (
              <Table.Th key={name}>{FIGURE_NAMES[name]}</Table.Th>
            ))}
            <Table.Th>Same on visible</Table.Th>
            {coefficients.map((name) => (
              <Table.Th key={name}>{COEFFICIENT_NAMES[name]}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {figures.structures.map((each) => {
            const structure = report.structures.find(({ channel }) => channel === each.channel);
            const same = each.figures.visible_agreement;
            return (
              <Table.Tr key={each.channel}>
                <Table.Td>
                  <StructureName structure={structure} otherwise="All structures" />
                </Table.Td>
                {names.map((name) => (
                  <Table.Td key={name}>
                    <Figure
                      value={each.figures[name]}
                      interval={each.intervals[name]}
                      digits={digitsOf(name)}
                    />
                  </Table.Td>
                ))}
                <Table.Td>{same === null || same === undefined ? "–" : percent(same)}</Table.Td>
                {coefficients.map((name) => (
                  <Table.Td key={name}>
                    <Figure {...each.coefficients[name]} digits={2} />
                  </Table.Td>
                ))}
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface FigureProps {
  value?: number | null | undefined;
  interval?: Interval | null | undefined;
  digits: number;
}

function Figure({ value, interval, digits }: FigureProps) {
  return (
    <>
      {shown(value, digits)}
      {interval && (
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {shown(interval[0], digits)} to {shown(interval[1], digits)}
        </Text>
      )}
    </>
  );
}
