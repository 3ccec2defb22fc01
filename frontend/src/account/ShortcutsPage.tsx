import { Paper, Text } from "@mantine/core";
import { useMemo } from "react";
import { catalogue } from "../annotator/commands/catalogue";
import { ShortcutEditor } from "../annotator/page/ShortcutEditor";
import { useChangeRemap, useRemap } from "../annotator/page/useRemap";
import { RoomPage } from "../parts/RoomPage";

/** One's own keys of the annotator. */
export function ShortcutsPage() {
  const commands = useMemo(catalogue, []);
  const remap = useRemap();
  const change = useChangeRemap();
  return (
    <RoomPage
      title="Keyboard"
      subtitle="The keys of the annotator. What you choose is kept with your account."
    >
      <Paper withBorder p="md" bg="dark.6" maw={820}>
        <Text size="sm" c="dimmed" mb="sm">
          While a clip is open, ? lists the keys and Ctrl K finds a command by its name.
        </Text>
        <ShortcutEditor commands={commands} remap={remap} onChange={change} />
      </Paper>
    </RoomPage>
  );
}
