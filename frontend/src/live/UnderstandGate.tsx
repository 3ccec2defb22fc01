import { Button, Center, List, Paper, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useState } from "react";

const STORED = "fascicle.live.understood";

/** Before the first picture of a session: what it is, and what it is not. */
export function UnderstandGate({
  sessionId,
  children,
}: {
  sessionId: string;
  children: ReactNode;
}) {
  const [understood, setUnderstood] = useState(() => sessionStorage.getItem(STORED));
  if (understood === sessionId) return children;
  const onUnderstand = () => {
    sessionStorage.setItem(STORED, sessionId);
    setUnderstood(sessionId);
  };
  return (
    <Center p="md" mih="100%">
      <Paper withBorder p="lg" maw={520} bg="dark.6">
        <Stack gap="sm">
          <Title order={1} size="h2">
            Research use only
          </Title>
          <Text size="sm">
            <b>Not for diagnosis, not for guiding needles.</b>
          </Text>
          <List size="sm" spacing={4}>
            <List.Item>
              The coloured structures are a model's guess. It can be wrong and sure.
            </List.Item>
            <List.Item>What is not marked may still be there.</List.Item>
            <List.Item>The picture comes late; its age is shown above it.</List.Item>
            <List.Item>Treat by the scanner's own screen alone.</List.Item>
          </List>
          <Button onClick={onUnderstand}>I understand, show the picture</Button>
        </Stack>
      </Paper>
    </Center>
  );
}
