import { Table } from "@mantine/core";
import type { Structure } from "../../api/types";
import { score } from "../../format/text";
import { StructureName } from "../../parts/StructureName";
import { foldName } from "../curves";
import {
  type Distance,
  FIGURE_NAMES,
  FIGURES,
  type Figure,
  figureOf,
  foldFiguresOf,
  orderedCodes,
} from "../metrics";
import { DistanceHeadings } from "./DistanceHeadings";
import {
  bothWritten,
  distanceWritten,
  hasMillimetres,
  IN_MM,
  IN_PX,
  scaledWritten,
} from "./readReport";

interface StructureFoldsProps {
  metrics: unknown;
  structures: readonly Structure[];
}

/** Every figure of each structure fold by fold, with mean and deviation over the folds. */
export function StructureFolds({ metrics, structures }: StructureFoldsProps) {
  const groups = orderedCodes(metrics, structures).map((code) => ({
    code,
    structure: structures.find((each) => each.code === code),
    folds: foldFiguresOf(metrics, code),
  }));
  const hasMm = groups.some(({ folds }) => folds.some(({ frames }) => hasMillimetres(frames)));
  const width = 1 + FIGURES.length + 3 + (hasMm ? 3 : 0);
  return (
    <Table.ScrollContainer minWidth={hasMm ? 980 : 760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Fold</Table.Th>
            {FIGURES.map((name) => (
              <Table.Th key={name}>{FIGURE_NAMES[name]}</Table.Th>
            ))}
            <DistanceHeadings hasMm={hasMm} />
          </Table.Tr>
        </Table.Thead>
        {groups.map(({ code, structure, folds }) => (
          <Table.Tbody key={code}>
            <Table.Tr>
              <Table.Th colSpan={width} scope="rowgroup">
                <StructureName structure={structure} otherwise={code} />
              </Table.Th>
            </Table.Tr>
            {folds.map(({ fold, frames, values }) => (
              <Row
                key={fold}
                name={foldName(fold)}
                read={(figure) => values[figure]}
                both={bothWritten(frames)}
                scaled={scaledWritten(frames)}
                hasMm={hasMm}
              />
            ))}
            {(["mean", "deviation"] as const).map((of) => (
              <Row
                key={of}
                name={of === "mean" ? "Mean" : "SD"}
                read={(figure) => figureOf(metrics, code, figure)[of]}
                hasMm={hasMm}
              />
            ))}
          </Table.Tbody>
        ))}
      </Table>
    </Table.ScrollContainer>
  );
}

interface RowProps {
  name: string;
  read: (figure: Figure | Distance) => number | null;
  both?: string;
  scaled?: string;
  hasMm: boolean;
}

function Row({ name, read, both, scaled, hasMm }: RowProps) {
  const distances = (names: readonly Distance[]) =>
    names.map((each) => <Table.Td key={each}>{distanceWritten(each)(read(each))}</Table.Td>);
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{name}</Table.Td>
      {FIGURES.map((figure) => (
        <Table.Td key={figure}>{score(read(figure))}</Table.Td>
      ))}
      <Table.Td>{both}</Table.Td>
      {distances(IN_PX)}
      {hasMm && <Table.Td>{scaled}</Table.Td>}
      {hasMm && distances(IN_MM)}
    </Table.Tr>
  );
}
