import { Group } from "@mantine/core";
import { Swatch } from "./StructureLegend";

/** Of what a project does not know, or no longer. */
const UNKNOWN_COLOUR = "#9aa4b2";

interface StructureNameProps {
  structure: { name: string; colour: string } | undefined;
  /** What stands there without a structure: its code, or what the row is of. */
  otherwise: string;
}

/** A structure in a row of a table: its colour and its name. */
export function StructureName({ structure, otherwise }: StructureNameProps) {
  return (
    <Group gap={8} wrap="nowrap">
      <Swatch colour={structure?.colour ?? UNKNOWN_COLOUR} />
      {structure?.name ?? otherwise}
    </Group>
  );
}
