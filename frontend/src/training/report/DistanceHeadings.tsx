import { Table } from "@mantine/core";
import { DISTANCE_NAMES, IN_MM, IN_PX } from "./readReport";

/** Above the columns of distances, and of the frames they are means over. */
export function DistanceHeadings({ hasMm }: { hasMm: boolean }) {
  return (
    <>
      <Table.Th>Distances defined in frames</Table.Th>
      {IN_PX.map((name) => (
        <Table.Th key={name}>{DISTANCE_NAMES[name]}</Table.Th>
      ))}
      {hasMm && <Table.Th>Frames with scale</Table.Th>}
      {hasMm && IN_MM.map((name) => <Table.Th key={name}>{DISTANCE_NAMES[name]}</Table.Th>)}
    </>
  );
}
