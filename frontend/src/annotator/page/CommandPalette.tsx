import { Group, Kbd, Text } from "@mantine/core";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { COMMAND_GROUPS, type Command } from "../commands/command";
import { keysOf, type Remap, written } from "../commands/keymap";
import classes from "./CommandPalette.module.css";

export const [paletteStore, palette] = createSpotlight();

interface CommandPaletteProps {
  commands: readonly Command[];
  remap: Remap;
  /** Follows each command that was done. */
  after: () => void;
}

/** Everything that can be done here, found by its name. */
export function CommandPalette({ commands, remap, after }: CommandPaletteProps) {
  const actions: SpotlightActionGroupData[] = COMMAND_GROUPS.map((group) => ({
    group,
    actions: commands
      .filter((one) => one.group === group && one.release === undefined)
      .map((one) => {
        const isOff = one.isAvailable?.() === false;
        return {
          id: one.id,
          label: one.title,
          keywords: [one.group, one.id],
          disabled: isOff,
          "aria-disabled": isOff,
          rightSection: (
            <Group gap={4} wrap="nowrap">
              {keysOf(one, remap).map((key) => (
                <Kbd key={key} size="xs">
                  {written(key)}
                </Kbd>
              ))}
            </Group>
          ),
          ...(one.hint === undefined ? {} : { description: one.hint }),
          onClick: () => {
            if (isOff) return;
            one.run();
            after();
          },
        };
      }),
  })).filter((group) => group.actions.length > 0);
  return (
    <Spotlight
      store={paletteStore}
      actions={actions}
      shortcut={null}
      scrollable
      maxHeight={420}
      nothingFound={<Text size="sm">Nothing of that name can be done here.</Text>}
      classNames={{ action: classes.action ?? "" }}
      attributes={{ content: { "aria-label": "What can be done here" } }}
      searchProps={{
        "aria-label": "Search what can be done",
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: "What would you like to do?",
      }}
    />
  );
}
