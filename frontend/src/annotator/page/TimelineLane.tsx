import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from "react";
import classes from "./timeline.module.css";
import { firstAtOrAfter, middleOf, paintRow, ROW_HEIGHT, type TimeWindow } from "./timelinePaint";
import { rowInWords, type TimelineRow } from "./timelineRows";

/** What can be done with keyframes on the timeline. */
export interface KeyframeActs {
  /** With `isRipple` all later ones move as far. */
  move(track: string, from: number, to: number, isRipple: boolean): unknown;
  remove(track: string, frame: number): unknown;
}

interface TimelineLaneProps {
  row: TimelineRow;
  window: TimeWindow;
  width: number;
  frameAt: (x: number) => number;
  onScrub: (event: ReactPointerEvent<HTMLElement>) => void;
  onGo: (frame: number) => void;
  acts?: KeyframeActs | undefined;
}

/** How near a keyframe the pointer must be, in CSS pixels. */
const REACH = 6;

/** One row: painted, so that ten thousand keyframes cost no more than ten. */
export function TimelineLane(props: TimelineLaneProps) {
  const { row, window: view, width, frameAt, onScrub, onGo, acts } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [moved, setMoved] = useState<{ from: number; to: number } | null>(null);

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || canvas.current === null || width === 0) return;
    const ratio = globalThis.devicePixelRatio || 1;
    const pixels = Math.round(width * ratio);
    if (canvas.current.width !== pixels) canvas.current.width = pixels;
    canvas.current.height = Math.round(ROW_HEIGHT * ratio);
    paintRow(context, row, view, width, ratio, moved);
  }, [row, view, width, moved]);

  const keyframeUnder = (event: { clientX: number; currentTarget: HTMLElement }): number | null => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const { keyframes } = row;
    const at = firstAtOrAfter(keyframes, frameAt(x));
    let nearest: number | null = null;
    let least = REACH;
    for (const one of [keyframes[at - 1], keyframes[at], keyframes[at + 1]]) {
      if (one === undefined) continue;
      const gap = Math.abs(middleOf(one.frame, view, width) - x);
      if (gap <= least) [nearest, least] = [one.frame, gap];
    }
    return nearest;
  };

  const down = (event: ReactPointerEvent<HTMLElement>) => {
    const frame = event.button === 0 && !event.shiftKey ? keyframeUnder(event) : null;
    if (frame === null || acts === undefined || row.track === undefined) {
      if (event.button === 0) onScrub(event);
      return;
    }
    event.currentTarget.setPointerCapture(event.pointerId);
    onGo(frame);
    setMoved({ from: frame, to: frame });
  };
  const move = (event: ReactPointerEvent<HTMLElement>) => {
    if (moved === null) {
      onScrub(event);
      return;
    }
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const to = frameAt(x);
    if (to !== moved.to) setMoved({ ...moved, to });
  };
  const up = (event: ReactPointerEvent<HTMLElement>) => {
    if (moved === null) return;
    setMoved(null);
    if (moved.to === moved.from || row.track === undefined) return;
    if (acts?.move(row.track, moved.from, moved.to, event.altKey) === true) onGo(moved.to);
  };

  return (
    <div
      className={classes.lane}
      data-testid={`timeline-${row.key}`}
      data-keyframes={row.keyframes.length}
      data-carried={row.carried?.length ?? 0}
      role="img"
      aria-label={rowInWords(row)}
      title={acts && "Drag a keyframe to move it, with Alt those after it too; right click deletes"}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => setMoved(null)}
      onContextMenu={(event) => {
        const frame = keyframeUnder(event);
        if (frame === null || row.track === undefined || acts === undefined) return;
        event.preventDefault();
        acts.remove(row.track, frame);
      }}
    >
      <canvas ref={canvas} className={classes.canvas} />
    </div>
  );
}
