import { type PointerEvent as ReactPointerEvent, useRef, useState } from "react";
import type { Tone } from "../../frames";
import classes from "./page.module.css";
import { ScrubThumbnail } from "./ScrubThumbnail";
import { type ClipFrames, usePlayer } from "./useClipFrames";

export interface TimelineRow {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  readonly keyframes: readonly { readonly frame: number; readonly isAbsent: boolean }[];
  readonly spans: readonly (readonly [number, number])[];
  readonly suggested: readonly (readonly [number, number])[];
}

interface TimelineProps {
  frames: ClipFrames;
  tone: Tone;
  rows: readonly TimelineRow[];
  /** Frames with remarks. */
  marks?: readonly number[];
}

/** Where a frame lies along the line, in percent; each frame has its own width. */
const middle = (frame: number, count: number) => ((frame + 0.5) / count) * 100;

/** The clip from left to right: a bar to scrub, and a row a structure. */
export function Timeline({ frames, tone, rows, marks = [] }: TimelineProps) {
  const { player, store } = frames;
  const { index, range } = usePlayer(player);
  const [hovered, setHovered] = useState<{ index: number; along: number } | null>(null);
  const rangeFrom = useRef<number | null>(null);
  const { frameCount } = player;
  if (frameCount < 2) return null;

  const under = (event: ReactPointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const along = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return { along, index: Math.min(frameCount - 1, Math.floor(along * frameCount)) };
  };
  const seek = (event: ReactPointerEvent<HTMLElement>) => {
    if (event.buttons === 0) return;
    if (event.type === "pointerdown") {
      event.currentTarget.setPointerCapture(event.pointerId);
      rangeFrom.current = event.shiftKey ? under(event).index : null;
    }
    const { index: to } = under(event);
    if (rangeFrom.current === null) player.go(to);
    else player.setRange({ first: rangeFrom.current, last: to });
  };
  const pointer = { onPointerDown: seek, onPointerMove: seek };
  const left = `${middle(index, frameCount)}%`;

  return (
    <div className={classes.timelineFrame}>
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
          onPointerDown={seek}
          onPointerMove={(event) => {
            seek(event);
            if (event.pointerType === "mouse") setHovered(under(event));
          }}
          onPointerLeave={() => setHovered(null)}
        >
          {range !== null && (
            <div
              className={classes.range}
              style={{
                left: `${(range.first / frameCount) * 100}%`,
                width: `${((range.last - range.first + 1) / frameCount) * 100}%`,
              }}
            />
          )}
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
      {hovered !== null && (
        <div className={classes.thumbnails}>
          <ScrubThumbnail store={store} player={player} tone={tone} {...hovered} />
        </div>
      )}
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
