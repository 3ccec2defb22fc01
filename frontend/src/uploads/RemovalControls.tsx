import { ActionIcon, Button, Group, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { type Box, heightOf, type Size, widthOf } from "./boxes";
import { type Corner, firstSector } from "./corners";
import { blankInTheMiddle, type DraftAction, isSameTarget, type Target } from "./draft";
import { cropOf, type Redaction, withoutBlank } from "./redaction";

interface RemovalControlsProps {
  redaction: Redaction;
  proposed: Redaction;
  size: Size;
  chosen: Target | null;
  change: (action: DraftAction) => void;
  choose: (target: Target | null) => void;
}

/** Everything that is removed, as a list: the way for whoever uses no pointer. */
export function RemovalControls(props: RemovalControlsProps) {
  const { redaction, proposed, size, chosen, change, choose } = props;
  const { blanks, keep } = redaction;
  const put = (to: Redaction) => change({ kind: "changed", to });
  const onAdd = () => {
    put(blankInTheMiddle(redaction, size));
    choose({ kind: "blank", index: blanks.length });
  };
  const onSector = (isOn: boolean) => {
    const corners: readonly Corner[] = proposed.keep ?? firstSector(cropOf(redaction, size));
    put({ ...redaction, keep: isOn ? corners : null });
    choose(null);
  };
  return (
    <Stack gap={8}>
      <Switch
        label="Keep only a sector"
        description={
          keep === null ? undefined : "Pull its corners; a dot on an edge makes one more."
        }
        checked={keep !== null}
        onChange={(event) => onSector(event.currentTarget.checked)}
      />
      {blanks.map((box, index) => (
        <BlankRow
          // biome-ignore lint/suspicious/noArrayIndexKey: a box has no name but its place
          key={index}
          box={box}
          number={index + 1}
          isChosen={isSameTarget(chosen, { kind: "blank", index })}
          onChoose={() => choose({ kind: "blank", index })}
          onRemove={() => {
            put(withoutBlank(redaction, index));
            choose(null);
          }}
        />
      ))}
      <Group gap={6}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={onAdd}
        >
          Blank a box
        </Button>
        {redaction.crop !== null && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => put({ ...redaction, crop: null })}
          >
            Cut nothing off
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => put(proposed)}>
          As proposed
        </Button>
      </Group>
    </Stack>
  );
}

interface BlankRowProps {
  box: Box;
  number: number;
  isChosen: boolean;
  onChoose: () => void;
  onRemove: () => void;
}

function BlankRow({ box, number, isChosen, onChoose, onRemove }: BlankRowProps) {
  return (
    <Group justify="space-between" wrap="nowrap" gap={6}>
      <Button
        size="compact-sm"
        variant={isChosen ? "light" : "subtle"}
        color="gray"
        onClick={onChoose}
      >
        Box {number}
      </Button>
      <Text size="xs" c="dimmed" flex={1}>
        {widthOf(box)} × {heightOf(box)} at {box.x0}, {box.y0}
      </Text>
      <Tooltip label="Blank it no more">
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          aria-label={`Remove box ${number}`}
          onClick={onRemove}
        >
          <IconTrash size={14} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
