import { Anchor, Table } from "@mantine/core";
import { predictionsFile } from "../../api/reports";
import { score } from "../../format/text";
import { foldName } from "../curves";
import { foldRows, type ReportContents } from "./readReport";

/** A row a fold, and what it made of its frames to take away. */
export function FoldTable({ contents, runId }: { contents: ReportContents; runId: string }) {
  return (
    <Table.ScrollContainer minWidth={620}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Fold</Table.Th>
            <Table.Th>Frames</Table.Th>
            <Table.Th>IoU</Table.Th>
            <Table.Th>Median IoU (quartiles)</Table.Th>
            {contents.structures.map(({ code, name }) => (
              <Table.Th key={code}>Dice, {name}</Table.Th>
            ))}
            <Table.Th>Held-out predictions</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {foldRows(contents).map(({ fold, frames, box, iou, dice }) => (
            <Table.Tr key={fold}>
              <Table.Td>{foldName(fold)}</Table.Td>
              <Table.Td>{frames}</Table.Td>
              <Table.Td>{score(iou)}</Table.Td>
              <Table.Td>
                {box
                  ? `${score(box.median)} (${score(box.lower)} to ${score(box.upper)})`
                  : score(null)}
              </Table.Td>
              {contents.structures.map(({ code }) => (
                <Table.Td key={code}>{score(dice[code])}</Table.Td>
              ))}
              <Table.Td>
                <Anchor size="sm" c="iris.3" href={predictionsFile(runId, fold)}>
                  Label maps
                </Anchor>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
