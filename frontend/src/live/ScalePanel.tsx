import { Button, Group, NumberInput, Text } from "@mantine/core";
import { IconRuler2 } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./live.module.css";
import { lengthPixels, type ScaleMarks, scaleOf } from "./scaleMarks";
import type { LiveSnapshot } from "./snapshot";
import type { ScaleSetting } from "./useScaleSetting";

/** As the bridge takes it: of frames of this size only. */
export interface ScaleAsked {
  microns_per_pixel: number;
  width: number;
  height: number;
}

interface ScalePanelProps {
  snapshot: LiveSnapshot;
  setting: ScaleSetting;
  isSending: boolean;
  /** Null forgets it. */
  send: (scale: ScaleAsked | null) => void;
}

/** How large a pixel is, where the source cannot tell: a grabber, a camera, a file. */
export function ScalePanel({ snapshot, setting, isSending, send }: ScalePanelProps) {
  const { micronsPerPixel, display, connection } = snapshot;
  const isAway = connection.kind !== "open" || !["live", "frozen"].includes(display);
  const isKnown = micronsPerPixel > 0;
  return (
    <section className={classes.section} aria-label="Scale">
      <h2 className={classes.heading}>Scale</h2>
      {setting.marks !== null ? (
        <Marking marks={setting.marks} setting={setting} isOff={isAway || isSending} send={send} />
      ) : (
        <>
          <Text size="xs">
            {isKnown
              ? `${micronsText(micronsPerPixel)} a pixel, set by hand. It holds for one depth: set it again when the depth changes.`
              : "This source does not tell its scale: nothing on the picture can be measured."}
          </Text>
          <Group gap={6} mt={6} wrap="nowrap">
            <Button
              flex={1}
              size="xs"
              variant="default"
              disabled={isAway || isSending}
              leftSection={<IconRuler2 size={15} />}
              onClick={setting.begin}
            >
              {isKnown ? "Set it again…" : "Set the scale…"}
            </Button>
            {isKnown && (
              <Button
                size="xs"
                variant="subtle"
                color="gray"
                aria-label="Forget the scale"
                disabled={isAway || isSending}
                onClick={() => send(null)}
              >
                Forget
              </Button>
            )}
          </Group>
        </>
      )}
    </section>
  );
}

interface MarkingProps {
  marks: ScaleMarks;
  setting: ScaleSetting;
  isOff: boolean;
  send: (scale: ScaleAsked) => void;
}

function Marking({ marks, setting, isOff, send }: MarkingProps) {
  const [length, setLength] = useState<number | string>("");
  const found = scaleOf(marks, typeof length === "number" ? length : 0);
  const isPlaced = marks.placed >= 2;
  const set = () => {
    if (typeof found !== "number" || !isPlaced || isOff) return;
    const { width, height } = marks.frame;
    send({ microns_per_pixel: found, width, height });
    setting.cancel();
  };
  return (
    <>
      <Text size="xs">
        {isPlaced
          ? "Click nearer to a mark to move it; arrow keys move the one in focus."
          : `Click the ${marks.placed === 0 ? "first" : "other"} end of a known length on the picture's depth ruler.`}
      </Text>
      <NumberInput
        mt={6}
        size="xs"
        label="Between the marks, mm"
        min={1}
        max={400}
        placeholder="such as 20"
        value={length}
        onChange={setLength}
        onKeyDown={(event) => event.key === "Enter" && set()}
      />
      <Text size="xs" mt={4} c={typeof found === "number" ? undefined : "dimmed"} role="status">
        {typeof found === "number"
          ? `${lengthPixels(marks).toFixed(0)} pixels: ${micronsText(found)} a pixel`
          : found}
      </Text>
      <Group gap={6} mt={6} wrap="nowrap">
        <Button
          flex={1}
          size="xs"
          disabled={isOff || !isPlaced || typeof found !== "number"}
          onClick={set}
        >
          Set the scale
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={setting.cancel}>
          Cancel
        </Button>
      </Group>
    </>
  );
}

/** 47.23 -> "47.2 µm" */
const micronsText = (microns: number): string => `${microns.toFixed(1)} µm`;
