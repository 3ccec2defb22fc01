import { ActionIcon, Button, Group, Menu, Switch, Text, Tooltip } from "@mantine/core";
import { IconCheck, IconChevronDown, IconPencil, IconX } from "@tabler/icons-react";
import { percent } from "../../format/text";
import { Swatch } from "../../parts/StructureLegend";
import type { Annotator } from "../core/annotator";
import type { DoubtHeat } from "../core/doubtHeat";
import { LOW_CONFIDENCE } from "../core/doubts";
import type { Suggestion } from "../queries";
import classes from "./page.module.css";
import { SideSection } from "./SideSection";
import { useStore } from "./useStore";

interface SuggestionPanelProps {
  annotator: Annotator;
  suggestion: Suggestion;
  frame: number;
  heat: DoubtHeat;
}

/** What the model suggests on this frame, and what to do with it. */
export function SuggestionPanel({ annotator, suggestion, frame, heat }: SuggestionPanelProps) {
  useStore(annotator.state);
  useStore(annotator.answers.state);
  const open = annotator.suggestions.open();
  const { name, number } = suggestion.model_version;
  return (
    <SideSection title="Suggestion">
      <Text size="xs" c="dimmed" mb={6}>
        {name} · version {number} · Research use only
      </Text>
      {open.length === 0 && (
        <Text size="sm" c="dimmed">
          The model sees nothing on frame {frame}.
        </Text>
      )}
      {open.map(({ structure, confidence, isMask, isTaken }) => {
        const sure = suggestion.confidence?.[structure.code]?.[frame] ?? confidence;
        const isRejected = annotator.suggestions.isRejected(structure.id);
        const isLow = typeof sure === "number" && sure < LOW_CONFIDENCE;
        return (
          <div key={structure.id} className={classes.ghostRow}>
            <Swatch colour={structure.colour} />
            <span
              className={classes.name}
              style={{
                flex: 1,
                color: isRejected || isTaken ? "var(--mantine-color-dark-1)" : undefined,
              }}
            >
              {structure.name}
            </span>
            <Text span size="xs" c="dimmed" style={{ flex: "none" }}>
              {isTaken
                ? "done"
                : isRejected
                  ? "rejected"
                  : typeof sure === "number"
                    ? `${isLow ? "unsure, " : ""}${percent(sure)}`
                    : ""}
            </Text>
            {!annotator.isReadOnly && (
              <Group gap={0} wrap="nowrap">
                <Tooltip label="Accept on this frame">
                  <ActionIcon
                    variant="subtle"
                    color="teal"
                    aria-label={`Accept ${structure.name} on this frame`}
                    disabled={isTaken}
                    onClick={() => annotator.suggestions.accept(structure.id)}
                  >
                    <IconCheck size={17} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={isMask ? "Accept as a curve to edit" : "Accept and edit"}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Accept ${structure.name} and edit it`}
                    disabled={isTaken}
                    onClick={() => annotator.suggestions.acceptForEditing(structure.id)}
                  >
                    <IconPencil size={16} />
                  </ActionIcon>
                </Tooltip>
                <Tooltip label={isRejected ? "Show again" : "Reject on this frame"}>
                  <ActionIcon
                    variant="subtle"
                    color={isRejected ? "yellow" : "gray"}
                    aria-label={`Reject ${structure.name} on this frame`}
                    disabled={isTaken}
                    aria-pressed={isRejected}
                    onClick={() => annotator.suggestions.reject(structure.id)}
                  >
                    <IconX size={16} />
                  </ActionIcon>
                </Tooltip>
              </Group>
            )}
          </div>
        );
      })}
      {suggestion.members !== null && <HeatSwitch heat={heat} members={suggestion.members} />}
      {!annotator.isReadOnly && (
        <Group gap="xs" mt={8} grow>
          <Button
            size="xs"
            variant="light"
            disabled={open.every(
              (one) => one.isTaken || annotator.suggestions.isRejected(one.structure.id),
            )}
            onClick={() => annotator.suggestions.acceptAll()}
          >
            Accept all (A)
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} />}>
                Whole clip
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>Accept through the clip</Menu.Label>
              {annotator.structures.map((structure) => (
                <Menu.Item
                  key={structure.id}
                  leftSection={<Swatch colour={structure.colour} />}
                  onClick={() => annotator.suggestions.acceptThroughClip(structure.id)}
                >
                  {structure.name}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </Group>
      )}
    </SideSection>
  );
}

/** Where the folds disagree, or where a model alone hesitates, as a layer over the picture. */
function HeatSwitch({ heat, members }: { heat: DoubtHeat; members: number }) {
  const { isShown, failed } = useStore(heat.state);
  return (
    <>
      <Switch
        size="xs"
        mt={10}
        label={
          members > 1
            ? `Where the ${members} folds disagree (Alt D)`
            : "Where the model hesitates (Alt D)"
        }
        checked={isShown}
        onChange={() => heat.toggle()}
      />
      {isShown && (
        <Text size="xs" c={failed ? "yellow.4" : "dimmed"} mt={4} role="status">
          {failed
            ? "The map of this frame could not be read."
            : "Yellow where doubt begins, red where it is greatest."}
        </Text>
      )}
    </>
  );
}
