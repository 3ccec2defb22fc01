import { ActionIcon, Popover, Slider, Switch, Text, Tooltip } from "@mantine/core";
import { IconDroplet, IconDropletOff } from "@tabler/icons-react";

interface FillMenuProps {
  name: string;
  /** 0 (outline only) to 1. */
  fill: number;
  onFill(fill: number): void;
}

/** How strongly one structure is filled. */
export function FillMenu({ name, fill, onFill }: FillMenuProps) {
  const isOutline = fill === 0;
  return (
    <Popover position="bottom-end" width={210} trapFocus withArrow>
      <Popover.Target>
        <Tooltip label={`Fill of ${name}`}>
          <ActionIcon
            size="sm"
            variant="subtle"
            color={fill < 1 ? "yellow" : "gray"}
            aria-label={`Fill of ${name}`}
          >
            {isOutline ? <IconDropletOff size={15} /> : <IconDroplet size={15} />}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" mb={6}>
          {name}
        </Text>
        <Switch
          size="xs"
          label="Outline only"
          checked={isOutline}
          onChange={(event) => onFill(event.currentTarget.checked ? 0 : 1)}
        />
        <Slider
          mt="sm"
          size="sm"
          thumbLabel={`How strongly ${name} is filled`}
          label={(value) => `${value} %`}
          min={0}
          max={100}
          step={5}
          value={Math.round(fill * 100)}
          onChange={(value) => onFill(value / 100)}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
