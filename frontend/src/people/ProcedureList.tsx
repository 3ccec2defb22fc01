import { Badge, Group, Paper, SimpleGrid, Skeleton, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { proceduresQuery } from "../api/projects";
import { Problem } from "../parts/Problem";
import { Swatch } from "../parts/StructureLegend";

/** The examinations and their structures, to read. */
export function ProcedureList({ current }: { current: string }) {
  const procedures = useQuery(proceduresQuery);
  if (procedures.isPending) return <Skeleton height={200} />;
  if (procedures.isError) return <Problem error={procedures.error} onRetry={procedures.refetch} />;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      {procedures.data.map((procedure) => (
        <Paper key={procedure.id} withBorder p="sm" bg="dark.6">
          <Group justify="space-between">
            <Title order={2}>{procedure.name}</Title>
            {procedure.code === current && (
              <Badge radius="sm" tt="none" color="iris.8" variant="filled">
                This project
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {procedure.description}
          </Text>
          <Table mt="xs" aria-label={`Structures of ${procedure.name}`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Structure</Table.Th>
                <Table.Th>Kind</Table.Th>
                <Table.Th>Code</Table.Th>
                <Table.Th>Channel</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {procedure.structures.map((structure) => (
                <Table.Tr key={structure.id}>
                  <Table.Td>
                    <Group gap={8} wrap="nowrap">
                      <Swatch colour={structure.colour} size={12} />
                      {structure.name}
                    </Group>
                  </Table.Td>
                  <Table.Td>{structure.kind}</Table.Td>
                  <Table.Td ff="monospace" fz="xs">
                    {structure.code}
                  </Table.Td>
                  <Table.Td>{structure.channel}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      ))}
    </SimpleGrid>
  );
}
