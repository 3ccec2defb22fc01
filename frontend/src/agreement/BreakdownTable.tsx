import { Table } from "@mantine/core";
import type { AgreementDetail, Breakdown } from "../api/types";
import { FIGURE_NAMES, shown } from "./readFigures";

const COLUMNS = ["dice", "iou", "f1", "hd95_px", "surface_distance_px"] as const;

interface BreakdownTableProps {
  rows: readonly Breakdown[];
  clips: AgreementDetail["clips"];
  by: "subject" | "clip";
}

/** Figures of each subject or clip. */
export function BreakdownTable({ rows, clips, by }: BreakdownTableProps) {
  const nameOf = (name: string) =>
    by === "clip" ? (clips.find(({ id }) => id === name)?.title ?? "A clip") : name;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{by === "clip" ? "Clip" : "Subject"}</Table.Th>
            {COLUMNS.map((name) => (
              <Table.Th key={name}>{FIGURE_NAMES[name]}</Table.Th>
            ))}
            <Table.Th>Kappa</Table.Th>
            <Table.Th>Only one shows it</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{nameOf(row.name)}</Table.Td>
              {COLUMNS.map((name) => (
                <Table.Td key={name}>
                  {shown(row.figures[name], name.endsWith("_px") ? 1 : 2)}
                </Table.Td>
              ))}
              <Table.Td>{shown(row.figures.kappa)}</Table.Td>
              <Table.Td>
                {row.only_first + row.only_second} of {row.compared}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
