import { Button, Group, NumberInput, Text } from "@mantine/core";
import { IconPlayerPlay, IconSnowflake } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./live.module.css";
import type { LiveSnapshot } from "./snapshot";

interface ScannerCommandsProps {
  snapshot: LiveSnapshot;
  isSending: boolean;
  send: (name: string, value: number | boolean | null) => void;
}

/** What the scanner lets one do from here, as far as the bridge lists it. */
export function ScannerCommands({ snapshot, isSending, send }: ScannerCommandsProps) {
  const { commands, display, connection } = snapshot;
  const isAway = connection.kind !== "open" || display === "no-signal";
  if (commands.length === 0) return null;
  const isFrozen = display === "frozen";
  return (
    <section className={classes.section} aria-label="Scanner">
      <h2 className={classes.heading}>Scanner</h2>
      {commands.includes("freeze") && (
        <Button
          fullWidth
          size="xs"
          variant={isFrozen ? "filled" : "default"}
          disabled={isAway || isSending}
          leftSection={isFrozen ? <IconPlayerPlay size={15} /> : <IconSnowflake size={15} />}
          onClick={() => send("freeze", !isFrozen)}
        >
          {isFrozen ? "Go on" : "Freeze"}
        </Button>
      )}
      {commands.includes("depth") && (
        <Value
          label="Depth, cm"
          range={[1, 30]}
          isOff={isAway || isSending}
          onSet={(value) => send("depth", value)}
        />
      )}
      {commands.includes("gain") && (
        <Value
          label="Gain, %"
          range={[0, 100]}
          isOff={isAway || isSending}
          onSet={(value) => send("gain", value)}
        />
      )}
      {isAway && (
        <Text size="xs" c="dimmed" mt={6}>
          Commands wait for a picture.
        </Text>
      )}
    </section>
  );
}

interface ValueProps {
  label: string;
  range: readonly [number, number];
  isOff: boolean;
  onSet: (value: number) => void;
}

/** The scanner does not tell its setting, so the field is empty until something is set from here. */
function Value({ label, range: [least, most], isOff, onSet }: ValueProps) {
  const [value, setValue] = useState<number | string>("");
  const isGiven = typeof value === "number" && value >= least && value <= most;
  return (
    <Group gap={6} mt={8} wrap="nowrap" align="flex-end">
      <NumberInput
        flex={1}
        size="xs"
        label={label}
        min={least}
        max={most}
        placeholder={`${least} to ${most}`}
        value={value}
        onChange={setValue}
        onKeyDown={(event) => event.key === "Enter" && isGiven && !isOff && onSet(value)}
      />
      <Button
        size="xs"
        variant="default"
        disabled={isOff || !isGiven}
        aria-label={`Set ${label.split(",")[0]?.toLowerCase()}`}
        onClick={() => isGiven && onSet(value)}
      >
        Set
      </Button>
    </Group>
  );
}
