import { Table, Text } from "@mantine/core";
import type { Structure } from "../../api/types";
import { percent, score } from "../../format/text";
import { StructureName } from "../../parts/StructureName";
import { FigureCell } from "../FigureCell";
import {
  type Distance,
  figureOf,
  orderedCodes,
  type SingleFrames,
  singleFramesOf,
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

interface DistanceTableProps {
  metrics: unknown;
  structures: readonly Structure[];
}

/** How single frames went, and how far outlines are apart in those where both show a structure. */
export function DistanceTable({ metrics, structures }: DistanceTableProps) {
  const codes = orderedCodes(metrics, structures);
  const hasMm = codes.some((code) => hasMillimetres(singleFramesOf(metrics, code).frames));
  return (
    <>
      <Table.ScrollContainer minWidth={hasMm ? 980 : 700}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Structure</Table.Th>
              <Table.Th>Median IoU (quartiles)</Table.Th>
              <Table.Th>IoU &gt; 0.5</Table.Th>
              <DistanceHeadings hasMm={hasMm} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {codes.map((code) => {
              const single = singleFramesOf(metrics, code);
              const { frames } = single;
              const cells = (names: readonly Distance[]) =>
                names.map((name) => (
                  <FigureCell
                    key={name}
                    figure={figureOf(metrics, code, name)}
                    written={distanceWritten(name)}
                  />
                ));
              return (
                <Table.Tr key={code}>
                  <Table.Td>
                    <StructureName
                      structure={structures.find((each) => each.code === code)}
                      otherwise={code}
                    />
                  </Table.Td>
                  <IouCells single={single} />
                  <Table.Td>{bothWritten(frames)}</Table.Td>
                  {cells(IN_PX)}
                  {hasMm && <Table.Td>{scaledWritten(frames)}</Table.Td>}
                  {hasMm && cells(IN_MM)}
                </Table.Tr>
              );
            })}
            <Table.Tr>
              <Table.Td>All structures</Table.Td>
              <IouCells single={singleFramesOf(metrics, null)} />
              <Table.Td colSpan={hasMm ? 6 : 3} />
            </Table.Tr>
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed" mt="xs" maw="80ch">
        HD95 and the mean surface distance are means over the frames in which both the reader and
        the model show the structure. A frame in which only one of them does has no distance and
        leaves these means as they are: read them beside recall and precision.
        {hasMm &&
          " In mm they are means over those of these frames whose clip has a scale: px and mm can be of different frames."}
        {" Small figures are as in the table above."}
      </Text>
    </>
  );
}

function IouCells({ single }: { single: SingleFrames }) {
  const { lower, median, upper, shareAboveHalf } = single;
  return (
    <>
      <Table.Td>
        {median === null ? "–" : `${score(median)} (${score(lower)} to ${score(upper)})`}
      </Table.Td>
      <Table.Td>{shareAboveHalf === null ? "–" : percent(shareAboveHalf)}</Table.Td>
    </>
  );
}
