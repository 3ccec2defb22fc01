import { ActionIcon, Group, SegmentedControl, Slider, Stack, Text, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { Swatch } from "../parts/StructureLegend";
import classes from "./live.module.css";
import type { LiveSnapshot } from "./snapshot";
import type { Look } from "./useLook";

/** Legend: what the model sees in this picture, how sure it is, and how it is drawn. */
export function StructureList({ snapshot, look }: { snapshot: LiveSnapshot; look: Look }) {
  const { classes: structures, seen } = snapshot;
  return (
    <section className={classes.section} aria-label="Structures">
      <Group justify="space-between" mb={6}>
        <h2 className={classes.heading}>Structures</h2>
        <Tooltip label={look.isAllHidden ? "Show all (H)" : "Hide all (H)"}>
          <ActionIcon
            variant={look.isAllHidden ? "filled" : "subtle"}
            color={look.isAllHidden ? "orange" : "gray"}
            aria-label="Hide all structures"
            aria-pressed={look.isAllHidden}
            onClick={() => look.setAllHidden(!look.isAllHidden)}
          >
            {look.isAllHidden ? <IconEyeOff size={17} /> : <IconEye size={17} />}
          </ActionIcon>
        </Tooltip>
      </Group>
      {structures.length === 0 && (
        <Text size="sm" c="dimmed">
          The hub has not named the structures yet.
        </Text>
      )}
      <ul className={classes.structures}>
        {structures.map(({ index, name, colour }) => {
          const isHidden = look.isAllHidden || look.hidden.has(index);
          return (
            <li key={index} data-hidden={isHidden || undefined}>
              <Swatch colour={colour} size={12} />
              <span className={classes.structureName}>{name}</span>
              <span className={classes.sure} data-seen={seen?.has(index) || undefined}>
                {seenText(seen, index)}
              </span>
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={`Hide ${name}`}
                aria-pressed={look.hidden.has(index)}
                onClick={() => look.toggle(index)}
              >
                {look.hidden.has(index) ? <IconEyeOff size={15} /> : <IconEye size={15} />}
              </ActionIcon>
            </li>
          );
        })}
      </ul>
      <Stack gap={8} mt={10}>
        <SegmentedControl
          size="xs"
          aria-label="How structures are drawn"
          value={look.isFilled ? "fill" : "outline"}
          onChange={(value) => look.setFilled(value === "fill")}
          data={[
            { value: "fill", label: "Filled" },
            { value: "outline", label: "Outline" },
          ]}
        />
        <Group gap={10} wrap="nowrap">
          <Text size="xs" c="dimmed" w={52}>
            Opacity
          </Text>
          <Slider
            flex={1}
            size="sm"
            min={10}
            max={100}
            label={(value) => `${value} %`}
            thumbLabel="Opacity of structures"
            value={Math.round(look.opacity * 100)}
            onChange={(value) => look.setOpacity(value / 100)}
          />
        </Group>
      </Stack>
    </section>
  );
}

function seenText(seen: LiveSnapshot["seen"], index: number): string {
  if (seen === null) return "–";
  if (!seen.has(index)) return "not seen";
  const sure = seen.get(index);
  return sure === null || sure === undefined ? "seen" : `${Math.round(sure * 100)} %`;
}
