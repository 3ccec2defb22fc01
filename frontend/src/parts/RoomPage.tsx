import { Box, Group, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface RoomPageProps {
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** For pictures side by side; text is read at the usual width. */
  isWide?: boolean;
  children: ReactNode;
}

/** A page of a room: its heading, what can be done, and the content, at a readable width. */
export function RoomPage({ title, subtitle, actions, isWide = false, children }: RoomPageProps) {
  useDocumentTitle(`${title} · Fascicle`);
  return (
    <Box maw={isWide ? 2200 : 1360} mx="auto" px={{ base: "sm", sm: "lg" }} py="md">
      <Group justify="space-between" align="flex-start" mb="md" gap="sm">
        <div>
          <Title order={1}>{title}</Title>
          {subtitle !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {subtitle}
            </Text>
          )}
        </div>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
