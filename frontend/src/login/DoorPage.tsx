import { Center, Paper, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";
import mark from "../app/fascicle.svg";

interface DoorPageProps {
  title: string;
  children: ReactNode;
}

/** Page in front of the log-in: one card in the middle and the research line. */
export function DoorPage({ title, children }: DoorPageProps) {
  useDocumentTitle(`${title} · Fascicle`);
  return (
    <Stack component="main" h="100dvh" gap={0}>
      <Center flex={1} px="md">
        <Stack w="100%" maw={380} gap="lg">
          <Stack gap={6} align="center">
            <img src={mark} alt="" width={52} height={52} />
            <Title order={1}>Fascicle</Title>
            <Text size="sm" c="dimmed" ta="center">
              Delineate, train and teach nerve ultrasound
            </Text>
          </Stack>
          <Paper withBorder p="lg" bg="dark.6">
            <Title order={2} mb="md">
              {title}
            </Title>
            {children}
          </Paper>
        </Stack>
      </Center>
      <Text component="footer" size="xs" c="dimmed" ta="center" py={6}>
        Research use only — not for diagnosis, not for guiding a needle
      </Text>
    </Stack>
  );
}
