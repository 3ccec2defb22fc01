import type { PointerEvent as ReactPointerEvent } from "react";
import type { Player } from "../../frames";
import classes from "./page.module.css";
import { usePlayer } from "./useClipFrames";

export interface TimelineRow {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly keyframes: readonly { readonly frame: number; readonly isAbsent: boolean }[];
  readonly spans: readonly (readonly [number, number])[];
  readonly suggested: readonly (readonly [number, number])[];
}

interface TimelineProps {
  player: Player;
  rows: readonly TimelineRow[];
  /** Frames with remarks. */
  marks?: readonly number[];
}

/** Where a frame lies along the line, in percent; each frame has its own width. */
const middle = (frame: number, count: number) => ((frame + 0.5) / count) * 100;

/** The clip from left to right: a bar to scrub, and a row a structure. */
export function Timeline({ player, rows, marks = [] }: TimelineProps) {
  const { index } = usePlayer(player);
  const { frameCount } = player;
  if (frameCount < 2) return null;

  const seek = (event: ReactPointerEvent<HTMLElement>) => {
    if (event.buttons === 0) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    player.go(Math.floor(((event.clientX - box.left) / box.width) * frameCount));
  };
  const pointer = { onPointerDown: seek, onPointerMove: seek };
  const left = `${middle(index, frameCount)}%`;

  return (
    <div className={classes.timeline} data-testid="timeline">
      <span className={classes.rowName}>Frame</span>
      <div
        className={`${classes.track} ${classes.scrub}`}
        role="slider"
        tabIndex={0}
        aria-label="Frame"
        aria-valuemin={0}
        aria-valuemax={frameCount - 1}
        aria-valuenow={index}
        {...pointer}
      >
        <div className={classes.played} style={{ width: left }} />
        {marks.map((frame) => (
          <div
            key={frame}
            className={classes.mark}
            style={{ left: `${middle(frame, frameCount)}%` }}
          />
        ))}
        <div className={classes.knob} style={{ left }} />
      </div>
      {rows.map((row) => (
        <Row key={row.key} row={row} frameCount={frameCount} left={left} pointer={pointer} />
      ))}
    </div>
  );
}

interface RowProps {
  row: TimelineRow;
  frameCount: number;
  left: string;
  pointer: object;
}

function Row({ row, frameCount, left, pointer }: RowProps) {
  const bar = ([first, last]: readonly [number, number]) => ({
    left: `${(first / frameCount) * 100}%`,
    width: `${((last - first + 1) / frameCount) * 100}%`,
    background: row.colour,
  });
  return (
    <>
      <span className={classes.rowName}>{row.name}</span>
      <div className={classes.track} data-testid={`timeline-${row.key}`} {...pointer}>
        {row.suggested.map((span) => (
          <div
            key={`s${span[0]}`}
            className={`${classes.span} ${classes.suggested}`}
            style={bar(span)}
          />
        ))}
        {row.spans.map((span) => (
          <div key={span[0]} className={classes.span} style={bar(span)} />
        ))}
        {row.keyframes.map(({ frame, isAbsent }) => (
          <div
            key={frame}
            className={classes.key}
            data-absent={isAbsent || undefined}
            style={{
              left: `${middle(frame, frameCount)}%`,
              ...(isAbsent ? {} : { background: row.colour }),
            }}
          />
        ))}
        <div className={classes.cursor} style={{ left }} />
      </div>
    </>
  );
}
