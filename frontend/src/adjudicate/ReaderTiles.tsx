import { Button, Group, Kbd, Text } from "@mantine/core";
import { Swatch } from "../parts/StructureLegend";
import classes from "./adjudicate.module.css";
import { shapePath, windowAround } from "./shapePath";
import type { Voice } from "./useVoices";

interface ReaderTilesProps {
  clipId: string;
  width: number;
  height: number;
  frame: number;
  /** The structure in this frame, as each reader has it. */
  voices: readonly Voice[];
  mayChoose: boolean;
  onChoose: (voice: Voice) => void;
}

/** Readers' contours side by side, in the same window of the frame. */
export function ReaderTiles({
  clipId,
  width,
  height,
  frame,
  voices,
  mayChoose,
  onChoose,
}: ReaderTilesProps) {
  const around = windowAround(
    voices.flatMap(({ shapes }) => shapes),
    width,
    height,
  );
  const [w, h] = [around.right - around.left, around.bottom - around.top];
  return (
    <ul className={classes.tiles} aria-label="Readers side by side">
      {voices.map((voice, place) => (
        <li key={voice.setId} className={classes.tile}>
          <svg
            className={classes.picture}
            viewBox={`${around.left} ${around.top} ${w} ${h}`}
            role="img"
            aria-label={`${voice.name}: ${said(voice)}`}
          >
            <image href={`/api/clips/${clipId}/frames/${frame}/`} width={width} height={height} />
            {voice.shapes.map((shape) => (
              <path
                key={shapePath(shape)}
                d={shapePath(shape)}
                fill={voice.colour}
                fillOpacity={0.16}
                fillRule="evenodd"
                stroke={voice.colour}
                strokeWidth={2}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
          <div className={classes.caption}>
            <Group gap={6} wrap="nowrap">
              <Swatch colour={voice.colour} />
              <Text size="sm" truncate>
                {voice.name}
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {said(voice)}
            </Text>
            {mayChoose && (
              <Button
                mt={6}
                fullWidth
                size="compact-sm"
                variant="default"
                disabled={!voice.hasLooked}
                rightSection={<Kbd size="xs">{place + 1}</Kbd>}
                onClick={() => onChoose(voice)}
              >
                Take
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function said({ shapes, hasLooked }: Voice): string {
  if (shapes.length > 0) return "Delineated";
  return hasLooked ? "Not there" : "Not looked at";
}
