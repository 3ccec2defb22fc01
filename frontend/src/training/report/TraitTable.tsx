import { Table } from "@mantine/core";
import { score } from "../../format/text";
import { type Association, pValue } from "./readReport";

const NAMES: Record<string, string> = {
  brightness: "Brightness",
  contrast: "Contrast",
  noise: "Noise",
  depth: "Depth",
};

/** Mean IoU in each quarter of the frames, from the least bright (noisy, deep) to the most. */
export function TraitTable({ traits }: { traits: Record<string, Association> }) {
  const rows = Object.entries(NAMES).flatMap(([trait, name]) => {
    const found = traits[trait];
    return found === undefined || found.rho === null ? [] : [{ name, ...found }];
  });
  if (rows.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Mean IoU by</Table.Th>
            <Table.Th>Lowest quarter</Table.Th>
            <Table.Th>2nd</Table.Th>
            <Table.Th>3rd</Table.Th>
            <Table.Th>Highest</Table.Th>
            <Table.Th>rho (p)</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, rho, p, quarters }) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              {quarters.map(([bound, mean]) => (
                <Table.Td key={bound}>{score(mean)}</Table.Td>
              ))}
              <Table.Td>
                {score(rho)} ({pValue(p)})
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
