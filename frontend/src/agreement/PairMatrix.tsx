import { Table, Text } from "@mantine/core";
import type { AgreementDetail } from "../api/types";
import classes from "./agreement.module.css";
import { pairFigures, type ReportFigures, shown } from "./readFigures";

interface PairMatrixProps {
  report: AgreementDetail;
  figures: ReportFigures;
  channel: number | null;
}

/** Dice above, kappa of "visible" below: a cell for each two readers. */
export function PairMatrix({ report, figures, channel }: PairMatrixProps) {
  return (
    <Table.ScrollContainer minWidth={120 + 110 * report.readers.length}>
      <Table withColumnBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Text span size="xs" c="dimmed">
                Dice · kappa
              </Text>
            </Table.Th>
            {report.readers.map((reader) => (
              <Table.Th key={reader.id + reader.reading} className={classes.cell}>
                {reader.name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.readers.map((reader, row) => (
            <Table.Tr key={reader.id + reader.reading}>
              <Table.Th scope="row">{reader.name}</Table.Th>
              {report.readers.map((other, column) => {
                const found = row === column ? null : pairFigures(figures, row, column, channel);
                const dice = found?.figures.dice ?? null;
                return (
                  <Table.Td
                    key={other.id + other.reading}
                    className={classes.cell}
                    style={
                      dice === null
                        ? {}
                        : { background: `rgb(0 158 115 / ${Math.round(8 + 42 * dice)}%)` }
                    }
                  >
                    {row === column ? "" : shown(dice)}
                    {found !== null && <Text size="xs">{shown(found.figures.kappa)}</Text>}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
