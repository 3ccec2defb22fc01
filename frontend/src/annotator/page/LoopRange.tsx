import { CloseButton } from "@mantine/core";
import {
  type KeyboardEvent,
  type PointerEvent as ReactPointerEvent,
  useRef,
  useState,
} from "react";
import type { FrameRange, Player } from "../../frames";
import { STEP_KEYS } from "../../parts/stepKeys";
import classes from "./LoopRange.module.css";
import { usePlayer } from "./useClipFrames";

type End = "first" | "last";

/** The part with one end moved to a frame; it keeps two frames at least. */
export function movedEnd(part: FrameRange, end: End, to: number, frameCount: number): FrameRange {
  return end === "first"
    ? { first: Math.max(0, Math.min(to, part.last - 1)), last: part.last }
    : { first: part.first, last: Math.min(frameCount - 1, Math.max(to, part.first + 1)) };
}

/** A tenth of the clip from the frame shown on, to begin with. */
export function partFrom(index: number, frameCount: number): FrameRange {
  const length = Math.min(frameCount - 1, Math.max(2, Math.round(frameCount / 10)));
  const first = Math.min(index, frameCount - length);
  return { first, last: first + length - 1 };
}

/** The part that is played, with an end to drag on either side. */
export function LoopRange({ player }: { player: Player }) {
  const { range } = usePlayer(player);
  const track = useRef<HTMLDivElement>(null);
  // a part dragged to be the whole clip stays in the hand until it is let go
  const [held, setHeld] = useState<FrameRange | null>(null);
  const part = held ?? range;
  if (part === null) return null;

  const { frameCount } = player;
  const move = (end: End, to: number): FrameRange => {
    const next = movedEnd(part, end, to, frameCount);
    player.setRange(next);
    return next;
  };
  const frameAt = (clientX: number): number => {
    const box = track.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.floor(((clientX - box.left) / box.width) * frameCount);
  };
  const handle = (end: End) => ({
    className: classes.handle,
    role: "slider",
    tabIndex: 0,
    "aria-label": end === "first" ? "First frame that is played" : "Last frame that is played",
    "aria-valuemin": 0,
    "aria-valuemax": frameCount - 1,
    "aria-valuenow": part[end],
    style: { left: `${((part[end] + (end === "first" ? 0 : 1)) / frameCount) * 100}%` },
    onPointerDown: (event: ReactPointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      setHeld(part);
    },
    onPointerMove: (event: ReactPointerEvent<HTMLElement>) => {
      if (event.currentTarget.hasPointerCapture(event.pointerId)) {
        setHeld(move(end, frameAt(event.clientX)));
      }
    },
    onLostPointerCapture: () => setHeld(null),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const step = STEP_KEYS[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      // the page's own arrow keys step frames
      event.stopPropagation();
      move(end, part[end] + step * (event.shiftKey ? 10 : 1));
    },
  });

  return (
    <div className={classes.part} data-testid="loop-range">
      <span>
        {part.first} – {part.last}
      </span>
      <div ref={track} className={classes.track}>
        <div
          className={classes.band}
          style={{
            left: `${(part.first / frameCount) * 100}%`,
            width: `${((part.last - part.first + 1) / frameCount) * 100}%`,
          }}
        />
        <div {...handle("first")} />
        <div {...handle("last")} />
      </div>
      <CloseButton
        size="xs"
        aria-label="Play the whole clip"
        onClick={() => player.setRange(null)}
      />
    </div>
  );
}
