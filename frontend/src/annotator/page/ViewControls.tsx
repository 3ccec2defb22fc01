import { ActionIcon, Group, Popover, Slider, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconAdjustments } from "@tabler/icons-react";
import type { Appearance } from "../view/scene";

interface ViewControlsProps {
  appearance: Appearance;
  onChange(part: Partial<Appearance>): void;
}

/** How the picture and its shapes look; nothing here changes the work. */
export function ViewControls({ appearance, onChange }: ViewControlsProps) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="xs" c="dimmed" id="opacity-label">
        Opacity
      </Text>
      <Slider
        w={110}
        size="sm"
        min={0}
        max={1}
        step={0.05}
        label={(value) => `${Math.round(value * 100)} %`}
        value={appearance.opacity}
        onChange={(opacity) => onChange({ opacity })}
        thumbProps={{ "aria-labelledby": "opacity-label" }}
      />
      <Popover position="top" withArrow trapFocus>
        <Popover.Target>
          <Tooltip label="How the picture looks">
            <ActionIcon variant="subtle" color="gray" aria-label="How the picture looks">
              <IconAdjustments size={17} />
            </ActionIcon>
          </Tooltip>
        </Popover.Target>
        <Popover.Dropdown>
          <Stack gap="sm" w={230}>
            <Switch
              label="Outlines only"
              checked={appearance.isOutlineOnly}
              onChange={(event) => onChange({ isOutlineOnly: event.currentTarget.checked })}
            />
            <Switch
              label="Names on the picture"
              checked={appearance.hasNames}
              onChange={(event) => onChange({ hasNames: event.currentTarget.checked })}
            />
            <Switch
              label="Smooth picture"
              checked={appearance.isSmooth}
              onChange={(event) => onChange({ isSmooth: event.currentTarget.checked })}
            />
            <Level
              label="Brightness"
              value={appearance.brightness}
              onChange={(brightness) => onChange({ brightness })}
            />
            <Level
              label="Contrast"
              value={appearance.contrast}
              onChange={(contrast) => onChange({ contrast })}
            />
          </Stack>
        </Popover.Dropdown>
      </Popover>
    </Group>
  );
}

interface LevelProps {
  label: string;
  value: number;
  onChange(value: number): void;
}

function Level({ label, value, onChange }: LevelProps) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Slider
        size="sm"
        min={0.4}
        max={2.5}
        step={0.05}
        value={value}
        label={(one) => `${Math.round(one * 100)} %`}
        onChange={onChange}
        thumbLabel={label}
      />
    </div>
  );
}
