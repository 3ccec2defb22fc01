import { ActionIcon, Group, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "../annotator/page/page.module.css";
import type { Structure } from "../api/types";
import { count, score } from "../format/text";
import { Problem } from "../parts/Problem";
import { Swatch } from "../parts/StructureLegend";
import type { Change } from "./changes";
import { type Base, type Differences, GAINED, LOST } from "./useDifferences";

interface DifferencePanelProps {
  differences: Differences;
  structures: readonly Structure[];
  frame: number;
  onWalk(direction: 1 | -1): void;
}

/** What the reading is compared with, how many frames differ, and what differs on this one. */
export function DifferencePanel(props: DifferencePanelProps) {
  const { differences, structures, frame, onWalk } = props;
  const { base, revision, hasModel, other, changed, isWhole } = differences;
  const here = changed.find((one) => one.frame === frame)?.changes ?? [];
  const at = changed.findIndex((one) => one.frame >= frame) + 1;
  const choices = [
    { value: "none", label: "Off" },
    ...(other === null ? [] : [{ value: "other", label: other.name }]),
    ...(hasModel ? [{ value: "model", label: "Model" }] : []),
    ...(revision === null ? [] : [{ value: "before", label: `Revision ${revision}` }]),
  ];
  if (choices.length === 1) {
    return (
      <section className={classes.section} aria-label="Differences">
        <h2 className={classes.heading}>Differences</h2>
        <Text size="sm" c="dimmed">
          There is neither a suggestion nor an earlier revision to compare with.
        </Text>
      </section>
    );
  }
  return (
    <section className={classes.section} aria-label="Differences" data-testid="differences">
      <h2 className={classes.heading}>Differences from</h2>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Compare with"
        data={choices}
        value={base}
        onChange={(value) => differences.choose(value as Base)}
      />
      {base !== "none" && (
        <>
          {differences.error !== null && (
            <Problem error={differences.error} title="It cannot be compared now" />
          )}
          <Group justify="space-between" wrap="nowrap" mt={8} gap={4}>
            <Text size="sm" role="status">
              {!isWhole
                ? "Comparing…"
                : changed.length === 0
                  ? "Nothing differs."
                  : `${count(changed.length, "frame differs", "frames differ")}${
                      here.length > 0 ? `, this is number ${at}` : ""
                    }`}
            </Text>
            <Group gap={2} wrap="nowrap">
              <Walk label="Previous frame that differs ([)" onClick={() => onWalk(-1)}>
                <IconChevronLeft size={17} />
              </Walk>
              <Walk label="Next frame that differs (])" onClick={() => onWalk(1)}>
                <IconChevronRight size={17} />
              </Walk>
            </Group>
          </Group>
          {here.map((change) => (
            <ChangeRow
              key={change.structure}
              change={change}
              words={base === "other" ? SIDE_BY_SIDE : OVER_TIME}
              structure={structures.find((one) => one.id === change.structure)}
            />
          ))}
          <Group gap={12} mt={6}>
            <Key colour={GAINED} words={base === "other" ? "only this reading" : "only now"} />
            <Key colour={LOST} words={base === "other" ? (other?.words ?? "") : "only before"} />
          </Group>
        </>
      )}
    </section>
  );
}

interface WalkProps {
  label: string;
  onClick(): void;
  children: ReactNode;
}

function Walk({ label, onClick, children }: WalkProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="md" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

type Words = Readonly<Record<Change["kind"], string>>;

const OVER_TIME: Words = { added: "new", removed: "gone", altered: "" };
const SIDE_BY_SIDE: Words = { added: "only here", removed: "missing here", altered: "" };

interface ChangeRowProps {
  change: Change;
  words: Words;
  structure: Structure | undefined;
}

function ChangeRow({ change, words, structure }: ChangeRowProps) {
  if (structure === undefined) return null;
  return (
    <Group gap={8} py={2} wrap="nowrap">
      <Swatch colour={structure.colour} size={11} />
      <Text size="sm" style={{ flex: 1 }}>
        {structure.name}
      </Text>
      <Text size="xs" c="dimmed">
        {words[change.kind] || `Dice ${score(change.dice)}`}
      </Text>
    </Group>
  );
}

function Key({ colour, words }: { colour: string; words: string }) {
  return (
    <Group gap={5}>
      <span style={{ width: 11, height: 11, borderRadius: 2, background: colour }} aria-hidden />
      <Text size="xs" c="dimmed">
        {words}
      </Text>
    </Group>
  );
}
