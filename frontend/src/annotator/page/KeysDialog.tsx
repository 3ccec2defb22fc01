import { Group, Kbd, Modal, Table, Tabs, Text } from "@mantine/core";
import { Fragment } from "react";
import { COMMAND_GROUPS, type Command } from "../commands/command";
import type { Gesture } from "../commands/gestures";
import { keysOf, NO_REMAP, type Remap, written } from "../commands/keymap";
import { ShortcutEditor } from "./ShortcutEditor";
import { useChangeRemap, useRemap } from "./useRemap";

interface KeysDialogProps {
  isOpen: boolean;
  onClose(): void;
  commands: readonly Command[];
  gestures: readonly Gesture[];
  remap?: Remap;
}

/** What every key of the page does. */
export function KeysDialog({ isOpen, onClose, ...listed }: KeysDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys on this page" size="lg">
      {isOpen && (
        <Tabs defaultValue="keys" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="keys">Keys</Tabs.Tab>
            <Tabs.Tab value="change">Change them</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="keys">
            <KeyTable {...listed} />
          </Tabs.Panel>
          <Tabs.Panel value="change">
            <OwnKeys commands={listed.commands} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Modal>
  );
}

function OwnKeys({ commands }: Pick<KeysDialogProps, "commands">) {
  return <ShortcutEditor commands={commands} remap={useRemap()} onChange={useChangeRemap()} />;
}

type Listed = Pick<KeysDialogProps, "commands" | "gestures" | "remap">;

function KeyTable({ commands, gestures, remap = NO_REMAP }: Listed) {
  return (
    <Table verticalSpacing={4}>
      <Table.Tbody>
        {COMMAND_GROUPS.map((group) => (
          <Fragment key={group}>
            {commands
              .filter((one) => one.group === group && keysOf(one, remap).length > 0)
              .map((one, i) => (
                <Table.Tr key={one.id}>
                  <Table.Td w={110} c="dimmed">
                    {i === 0 && <Text size="sm">{group}</Text>}
                  </Table.Td>
                  <Table.Td w={160}>
                    <Group gap={4}>
                      {keysOf(one, remap).map((key) => (
                        <Kbd key={key}>{written(key)}</Kbd>
                      ))}
                    </Group>
                  </Table.Td>
                  <Table.Td>{one.title}</Table.Td>
                </Table.Tr>
              ))}
          </Fragment>
        ))}
        {gestures.map(([gesture, does], i) => (
          <Table.Tr key={gesture}>
            <Table.Td c="dimmed">{i === 0 && <Text size="sm">Mouse and pen</Text>}</Table.Td>
            <Table.Td>{gesture}</Table.Td>
            <Table.Td>{does}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
