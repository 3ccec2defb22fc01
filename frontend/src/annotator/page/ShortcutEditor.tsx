import {
  ActionIcon,
  Alert,
  Button,
  Group,
  Kbd,
  SegmentedControl,
  Stack,
  Table,
  Text,
  TextInput,
} from "@mantine/core";
import { IconRotate, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { Command } from "../commands/command";
import { type Hand, LAYOUTS } from "../commands/handed";
import { clashesOf, keysOf, NO_REMAP, type Remap, withKeys, written } from "../commands/keymap";
import { KeyCatcher } from "./KeyCatcher";

export type Listed = Pick<Command, "id" | "title" | "group" | "keys">;

interface ShortcutEditorProps {
  commands: readonly Listed[];
  remap: Remap;
  onChange(remap: Remap): void;
}

/** Choose one's own keys; two commands on one key are told at once. */
export function ShortcutEditor({ commands, remap, onChange }: ShortcutEditorProps) {
  const [sought, setSought] = useState("");
  const clashes = clashesOf(commands, remap);
  const titles = new Map(commands.map((one) => [one.id, one.title]));
  const words = sought.trim().toLowerCase();
  const shown = commands.filter((one) =>
    `${one.title} ${one.group} ${keysOf(one, remap).map(written).join(" ")}`
      .toLowerCase()
      .includes(words),
  );
  const change = (one: Listed, keys: readonly string[]) => onChange(withKeys(remap, one, keys));
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <TextInput
          label="Search"
          placeholder="A command or a key"
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          style={{ flex: 1, minWidth: 160 }}
        />
        <div>
          <Text size="sm" fw={500} mb={4}>
            Keys for
          </Text>
          <SegmentedControl
            aria-label="Keys for"
            value={handOf(remap)}
            onChange={(hand) => hand !== "own" && onChange(LAYOUTS[hand as Hand])}
            data={[
              { value: "both", label: "Both hands" },
              { value: "left", label: "Left hand" },
              { value: "right", label: "Right hand" },
              ...(handOf(remap) === "own" ? [{ value: "own", label: "My own" }] : []),
            ]}
          />
        </div>
        <Button
          variant="default"
          leftSection={<IconRotate size={16} />}
          disabled={Object.keys(remap).length === 0}
          onClick={() => onChange(NO_REMAP)}
        >
          Reset all
        </Button>
      </Group>
      {clashes.length > 0 && (
        <Alert color="yellow" title="One key for two commands" role="status">
          {clashes.map(({ key, ids }) => (
            <Text size="sm" key={key}>
              <Kbd>{written(key)}</Kbd> {ids.map((id) => titles.get(id) ?? id).join(" and ")}: the
              first of them gets it.
            </Text>
          ))}
        </Alert>
      )}
      <Table verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Command</Table.Th>
            <Table.Th>Keys</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((one) => (
            <ShortcutRow
              key={one.id}
              command={one}
              keys={keysOf(one, remap)}
              isChanged={one.id in remap}
              onChange={(keys) => change(one, keys)}
              onReset={() => change(one, one.keys)}
            />
          ))}
        </Table.Tbody>
      </Table>
      {shown.length === 0 && <Text c="dimmed">No command or key of that name.</Text>}
    </Stack>
  );
}

interface ShortcutRowProps {
  command: Listed;
  keys: readonly string[];
  isChanged: boolean;
  onChange(keys: readonly string[]): void;
  onReset(): void;
}

function ShortcutRow({ command, keys, isChanged, onChange, onReset }: ShortcutRowProps) {
  return (
    <Table.Tr data-testid={`shortcut-${command.id}`}>
      <Table.Td>
        <Text size="sm">{command.title}</Text>
        <Text size="xs" c="dimmed">
          {command.group}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={6}>
          {keys.map((key) => (
            <Group key={key} gap={0} wrap="nowrap">
              <Kbd>{written(key)}</Kbd>
              <ActionIcon
                size="xs"
                variant="subtle"
                color="gray"
                aria-label={`Take ${written(key)} from ${command.title}`}
                onClick={() => onChange(keys.filter((one) => one !== key))}
              >
                <IconX size={12} />
              </ActionIcon>
            </Group>
          ))}
          {keys.length < 4 && (
            <KeyCatcher
              label={`Add a key for ${command.title}`}
              onCaught={(key) => !keys.includes(key) && onChange([...keys, key])}
            />
          )}
          {isChanged && (
            <Button size="compact-xs" variant="subtle" onClick={onReset}>
              Reset
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function handOf(remap: Remap): Hand | "own" {
  const same = (hand: Hand) => JSON.stringify(LAYOUTS[hand]) === JSON.stringify(remap);
  return (["both", "left", "right"] as const).find(same) ?? "own";
}
