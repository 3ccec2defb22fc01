import { Text } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { STEP_KEYS } from "../parts/stepKeys";
import classes from "./agreement.module.css";
import { type FrameDice, nearestPlace, saidOf, stretches } from "./frameDice";

interface FramePlotProps {
  frames: readonly FrameDice[];
  /** The place of the frame that is pointed at, in `frames`. */
  at: number;
  colour: string;
  onPoint: (place: number) => void;
  onOpen: (frame: number) => void;
}

/**
 * Dice of every compared frame of a clip. The pointer or the arrow keys choose a frame; a click or
 * Enter opens it. A finger only chooses: it does not hit one frame among hundreds.
 */
export function FramePlot({ frames, at, colour, onPoint, onOpen }: FramePlotProps) {
  const plot = useRef<HTMLDivElement>(null);
  const pointed = frames[at];
  const [first, last] = [frames[0]?.frame ?? 0, frames.at(-1)?.frame ?? 0];
  if (pointed === undefined) return null;
  const span = last - first + 1;

  const placeAt = (clientX: number): number => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return at;
    return nearestPlace(frames, first - 0.5 + ((clientX - box.left) / box.width) * span);
  };
  const point = (event: PointerEvent) => onPoint(placeAt(event.clientX));
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEP_KEYS[event.key];
    if (step !== undefined) onPoint(Math.max(0, Math.min(frames.length - 1, at + step)));
    else if (event.key === "Enter") onOpen(pointed.frame);
    else return;
    event.preventDefault();
  };
  return (
    <div className={classes.plot}>
      <div className={classes.diceScale} aria-hidden>
        <span>1</span>
        <span>0.5</span>
        <span>0</span>
      </div>
      <div
        ref={plot}
        className={classes.plotted}
        data-testid="frame-plot"
        role="slider"
        tabIndex={0}
        aria-label="Frame"
        aria-valuemin={first}
        aria-valuemax={last}
        aria-valuenow={pointed.frame}
        aria-valuetext={saidOf(pointed)}
        onPointerMove={point}
        onPointerDown={point}
        onPointerUp={(event) => {
          const frame = frames[placeAt(event.clientX)]?.frame;
          if (event.pointerType === "mouse" && event.button === 0 && frame !== undefined) {
            onOpen(frame);
          }
        }}
        onKeyDown={press}
      >
        {/* A unit a frame across, 1 down from a Dice of 1 to 0. */}
        <svg viewBox={`${first - 0.5} -0.04 ${span} 1.08`} preserveAspectRatio="none" aria-hidden>
          {[0, 0.5, 1].map((y) => (
            <path key={y} className={classes.gridLine} d={`M ${first - 0.5} ${y} h ${span}`} />
          ))}
          <path className={classes.pointed} d={`M ${pointed.frame} -0.04 v 1.08`} />
          {stretches(frames).map((stretch) => (
            <path
              key={stretch[0]?.[0]}
              className={classes.curve}
              stroke={colour}
              d={`M ${stretch.map(([frame, dice]) => `${frame} ${1 - dice}`).join(" L ")} h 0.001`}
            />
          ))}
          {frames.map((one) =>
            one.dice === null || one.alone > 0 ? (
              <path
                key={one.frame}
                className={one.dice === null ? classes.absent : classes.alone}
                d={`M ${one.frame} ${one.dice === null ? 1 : 1 - one.dice} h 0.001`}
              />
            ) : null,
          )}
          {pointed.dice !== null && (
            <path className={classes.spot} d={`M ${pointed.frame} ${1 - pointed.dice} h 0.001`} />
          )}
        </svg>
      </div>
      <Text span size="xs" c="dimmed" className={classes.frameScale} aria-hidden>
        <span>frame {first}</span>
        {last > first && <span>{last}</span>}
      </Text>
    </div>
  );
}
