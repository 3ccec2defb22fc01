import { Badge, Button, Chip, Group, Slider, Stack, Text, Title } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { usePlayer } from "../annotator/page/useClipFrames";
import { useKeys } from "../annotator/page/useKeys";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import { EMPTY_SCENE } from "../annotator/view/scene";
import type { AskedQuestion, Reveal } from "../api/practice";
import { moment, score } from "../format/text";
import classes from "./practice.module.css";
import { QuestionFrame } from "./QuestionFrame";
import { heatColour, type OverlayName, overlaysOf, revealScene, swatchOf } from "./revealScene";
import { length, outcomeSentence, outcomeTitle } from "./words";

interface RevealRoomProps {
  reveal: Reveal;
  asked: AskedQuestion;
  clip: ReadableClip;
  onNext(): void;
}

const OVERLAYS: Record<OverlayName, { label: string; key: string }> = {
  answer: { label: "Your answer", key: "a" },
  expert: { label: "Expert", key: "e" },
  consensus: { label: "Consensus", key: "c" },
  model: { label: "Model", key: "m" },
  heat: { label: "Where it went wrong", key: "w" },
};

/** The truth beside the answer: what came of it, how far off it was, and what the expert says. */
export function RevealRoom({ reveal, asked, clip, onNext }: RevealRoomProps) {
  const { player } = clip.frames;
  const frame = reveal.answer.frame ?? reveal.spans[0]?.[0] ?? reveal.first_frame;
  const available = useMemo(() => overlaysOf(reveal), [reveal]);
  const [shown, setShown] = useState<readonly OverlayName[]>(() =>
    available.filter((one) => one === "answer" || one === "expert"),
  );
  useEffect(() => player.go(frame), [player, frame]);
  const mark = asked.mark;
  const sceneOf = useCallback(
    (index: number) =>
      index === frame
        ? revealScene(reveal, new Set(shown), mark === null ? null : [mark.x, mark.y])
        : EMPTY_SCENE,
    [reveal, shown, frame, mark],
  );
  const toggle = (name: OverlayName) =>
    setShown((on) => (on.includes(name) ? on.filter((one) => one !== name) : [...on, name]));
  useKeys((key) => {
    if (key === "enter" || key === "n") onNext();
    else {
      const name = available.find((one) => OVERLAYS[one].key === key);
      if (name === undefined) return false;
      toggle(name);
    }
    return true;
  });
  return (
    <QuestionFrame
      clip={clip}
      sceneOf={sceneOf}
      under={reveal.mode === "scan" && <Spans reveal={reveal} clip={clip} />}
    >
      <div data-testid="reveal" data-outcome={reveal.outcome} data-found={reveal.is_found}>
        <Badge
          radius="sm"
          tt="none"
          size="lg"
          variant="light"
          color={reveal.is_found ? "teal" : reveal.outcome === "near" ? "yellow" : "orange"}
        >
          {outcomeTitle(reveal)}
        </Badge>
        <Title order={2} className={classes.prompt} mt="xs">
          {outcomeSentence(reveal)}
        </Title>
      </div>
      <Group gap={6} role="group" aria-label="What is drawn over the picture">
        {available.map((name) => (
          <Chip
            key={name}
            size="sm"
            radius="sm"
            checked={shown.includes(name)}
            onChange={() => toggle(name)}
          >
            <Swatch name={name} colour={reveal.structure.colour} />
            {OVERLAYS[name].label}
          </Chip>
        ))}
      </Group>
      {shown.includes("heat") && <HeatLegend reveal={reveal} />}
      <Scores reveal={reveal} />
      {reveal.note !== "" && (
        <div className={classes.note}>
          <Text size="sm" fw={600} mb={4}>
            The expert's note
          </Text>
          <Text size="sm">{reveal.note}</Text>
        </div>
      )}
      <Stack gap={2}>
        <Text size="xs" c="dimmed">
          Expert: {reveal.expert.whose}, revision {reveal.revision}.
          {reveal.consensus !== null && ` Consensus: ${reveal.consensus.whose}.`}
          {reveal.model !== null &&
            ` Model: ${reveal.model.whose}; a model can be wrong. Research use only.`}
        </Text>
        <Text size="xs" c="dimmed">
          Asked again on {moment(reveal.due_at)}.
        </Text>
        {clip.clip.credit !== "" && (
          <Text size="xs" c="dimmed">
            Source: {clip.clip.credit}
          </Text>
        )}
      </Stack>
      <div className={classes.next}>
        <Button
          fullWidth
          size="md"
          rightSection={<IconArrowRight size={18} />}
          onClick={onNext}
          autoFocus
        >
          Next question
        </Button>
      </div>
    </QuestionFrame>
  );
}

/** The overlay as it is drawn: outlined, filled or dashed. */
function Swatch({ name, colour }: { name: OverlayName; colour: string }) {
  const swatch = swatchOf(name, colour);
  if (swatch === null) return null;
  const isFilled = swatch.line === "filled";
  return (
    <span
      aria-hidden
      className={classes.swatch}
      style={{
        border: `2px ${isFilled ? "solid" : swatch.line} ${swatch.colour}`,
        background: isFilled ? swatch.colour : "transparent",
      }}
    />
  );
}

function Scores({ reveal }: { reveal: Reveal }) {
  const { score: figures, yardstick, structure } = reveal;
  if (reveal.mode !== "delineate" || figures.dice === null) return null;
  return (
    <div>
      <dl className={classes.figures} data-testid="scores">
        <dt>Dice, {structure.name}</dt>
        <dd data-testid="dice">{score(figures.dice)}</dd>
        <dt>
          {yardstick.is_of_frame ? "Experts with each other, here" : "Experts with each other"}
        </dt>
        <dd>{score(yardstick.dice)}</dd>
        <dt>Detected</dt>
        <dd>{reveal.is_found ? "yes" : "no"}</dd>
        <dt>Mean distance of outlines</dt>
        <dd>{length(figures.mean_distance_mm, figures.mean_distance_px)}</dd>
        <dt>95 % of it lies within</dt>
        <dd>{length(figures.hd95_mm, figures.hd95_px)}</dd>
      </dl>
      <Text size="xs" c="dimmed" mt={6}>
        {yardstick.is_of_frame
          ? `${yardstick.readers} experts drew this frame.`
          : "Only one expert drew this frame; the figure is the mean that was published for this " +
            "kind of structure."}
      </Text>
    </div>
  );
}

function HeatLegend({ reveal }: { reveal: Reveal }) {
  return (
    <Group gap="md">
      {(["extra", "missing"] as const).map((side) => {
        const bands = reveal.heat.filter((band) => band.side === side);
        if (bands.length === 0) return null;
        return (
          <Stack key={side} gap={2}>
            <Text size="xs" c="dimmed">
              {side === "extra" ? "Drawn too much" : "Left out"}
            </Text>
            {bands.map((band) => (
              <Group key={band.least} gap={6} wrap="nowrap">
                <span
                  aria-hidden
                  style={{
                    width: 14,
                    height: 10,
                    borderRadius: 2,
                    background: heatColour(band),
                  }}
                />
                <Text size="xs">
                  {band.most === null
                    ? `over ${band.least} ${band.unit}`
                    : `${band.least} to ${band.most} ${band.unit}`}
                </Text>
              </Group>
            ))}
          </Stack>
        );
      })}
    </Group>
  );
}

/** The played part with the frames in which the structure is to be seen, and the pause. */
function Spans({ reveal, clip }: { reveal: Reveal; clip: ReadableClip }) {
  const { player } = clip.frames;
  const { index } = usePlayer(player);
  const { first_frame: first, last_frame: last } = reveal;
  const length = last - first + 1;
  const place = (frame: number) => `${(100 * (frame - first)) / length}%`;
  const paused = reveal.answer.frame;
  return (
    <div className={classes.under}>
      <div className={classes.spans} aria-hidden>
        {reveal.spans.map(([from, to]) => (
          <span
            key={from}
            className={classes.span}
            style={{
              left: place(from as number),
              width: `${(100 * ((to as number) - (from as number) + 1)) / length}%`,
              background: reveal.structure.colour,
            }}
          />
        ))}
        {paused !== undefined && <span className={classes.pause} style={{ left: place(paused) }} />}
      </div>
      <Slider
        min={first}
        max={last}
        value={index}
        onChange={(frame) => player.go(frame)}
        label={(frame) => `Frame ${frame}`}
        thumbLabel="Frame"
      />
      <Text size="xs" c="dimmed" mt={4}>
        {reveal.spans.length === 0
          ? "It is never to be seen in this part."
          : "Coloured: in view. White: your pause."}
      </Text>
    </div>
  );
}
