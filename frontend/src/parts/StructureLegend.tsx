import { Box, Group, Text } from "@mantine/core";
import type { Structure } from "../api/types";

export function Swatch({ colour, size = 10 }: { colour: string; size?: number }) {
  return (
    <Box
      component="span"
      aria-hidden
      style={{
        display: "inline-block",
        flex: "none",
        width: size,
        height: size,
        borderRadius: 3,
        background: colour,
      }}
    />
  );
}

export function StructureLegend({ structures }: { structures: readonly Structure[] }) {
  return (
    <Group gap="xs">
      {structures.map(({ code, colour, name }) => (
        <Group key={code} gap={6} wrap="nowrap">
          <Swatch colour={colour} />
          <Text size="xs">{name}</Text>
        </Group>
      ))}
    </Group>
  );
}
