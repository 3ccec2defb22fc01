import { ActionIcon } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconMinus, IconPlus } from "@tabler/icons-react";
import {
  type PointerEvent as ReactPointerEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Tone } from "../../frames";
import { ScrubThumbnail } from "./ScrubThumbnail";
import { type KeyframeActs, TimelineLane } from "./TimelineLane";
import classes from "./timeline.module.css";
import type { TimelineMark } from "./timelineMarks";
import { leftOf, middleOf, type TimeWindow } from "./timelinePaint";
import type { TimelineRow } from "./timelineRows";
import { type ClipFrames, usePlayer } from "./useClipFrames";

export type { TimelineRow } from "./timelineRows";

interface TimelineProps {
  frames: ClipFrames;
  tone: Tone;
  rows: readonly TimelineRow[];
  marks?: readonly TimelineMark[] | undefined;
  acts?: KeyframeActs | undefined;
  /** Shows so many times as much of the clip, for whoever else can ask for it. */
  zoomRef?: Ref<(factor: number) => void>;
}

/** At the closest a frame is this many CSS pixels wide. */
const WIDEST_FRAME = 24;

/** The clip from left to right: a bar to scrub, and a row a track. Ctrl wheel zooms. */
export function Timeline({ frames, tone, rows, marks = [], acts, zoomRef }: TimelineProps) {
  const { player, store } = frames;
  const { index, range } = usePlayer(player);
  const { frameCount } = player;
  const [zoomed, setZoomed] = useState<TimeWindow | null>(null);
  const [hovered, setHovered] = useState<{ index: number; along: number } | null>(null);
  const { ref: bar, width } = useElementSize<HTMLDivElement>();
  const whole = useRef<HTMLDivElement>(null);
  const rangeFrom = useRef<number | null>(null);
  const chosen = useMemo(() => zoomed ?? { first: 0, count: frameCount }, [zoomed, frameCount]);
  // the same object while the frame stays within it, or every lane would be painted anew
  const view = useMemo(() => followed(chosen, index, frameCount), [chosen, index, frameCount]);

  const zoom = useCallback(
    (factor: number, along = 0.5) => {
      setZoomed((before) => {
        const from = before ?? { first: 0, count: frameCount };
        const least = Math.min(frameCount, Math.max(width / WIDEST_FRAME, 8));
        const count = Math.min(frameCount, Math.max(least, from.count * factor));
        if (count >= frameCount) return null;
        const first = from.first + along * (from.count - count);
        return { count, first: Math.min(Math.max(first, 0), frameCount - count) };
      });
    },
    [frameCount, width],
  );

  useEffect(() => {
    const element = whole.current;
    if (element === null) return;
    // React listens passively, and a page that zooms with the timeline would be of no use
    const wheel = (event: WheelEvent) => {
      const box = element.querySelector("[role=slider]")?.getBoundingClientRect();
      if (!box || box.width === 0 || !(event.ctrlKey || event.metaKey || event.shiftKey)) return;
      event.preventDefault();
      const distance = event.deltaY || event.deltaX;
      if (event.ctrlKey || event.metaKey) {
        const along = (event.clientX - box.left) / box.width;
        zoom(2 ** (distance / 240), Math.min(Math.max(along, 0), 1));
        return;
      }
      setZoomed(
        (before) =>
          before && {
            ...before,
            first: Math.min(
              Math.max(before.first + (distance / box.width) * before.count, 0),
              frameCount - before.count,
            ),
          },
      );
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [zoom, frameCount]);

  const frameAt = useCallback(
    (x: number) => {
      const frame = Math.floor(view.first + (x / Math.max(width, 1)) * view.count);
      return Math.min(frameCount - 1, Math.max(0, frame));
    },
    [view, width, frameCount],
  );

  const left = middleOf(index, view, width);
  const isShown = left >= 0 && left <= width;
  const along = isShown ? left / Math.max(width, 1) : 0.5;
  useImperativeHandle(zoomRef, () => (factor) => zoom(factor, along), [zoom, along]);

  if (frameCount < 2) return null;

  const under = (event: ReactPointerEvent<HTMLElement>) =>
    frameAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
  const seek = (event: ReactPointerEvent<HTMLElement>) => {
    if (event.buttons !== 1) return;
    if (event.type === "pointerdown") {
      event.currentTarget.setPointerCapture(event.pointerId);
      rangeFrom.current = event.shiftKey ? under(event) : null;
    }
    const to = under(event);
    if (rangeFrom.current === null) player.go(to);
    else player.setRange({ first: rangeFrom.current, last: to });
  };
  return (
    <div className={classes.frame} ref={whole}>
      <div className={classes.timeline} data-testid="timeline" data-first={view.first}>
        <span className={`${classes.name} ${classes.frames}`}>
          <ActionIcon.Group className={classes.zoom}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={18}
              aria-label="Show more of the clip on the timeline"
              disabled={zoomed === null}
              onClick={() => zoom(2, along)}
            >
              <IconMinus size={13} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={18}
              aria-label="Show the timeline closer"
              onClick={() => zoom(0.5, along)}
            >
              <IconPlus size={13} />
            </ActionIcon>
          </ActionIcon.Group>
          Frame
        </span>
        <div
          ref={bar}
          className={classes.scrub}
          role="slider"
          tabIndex={0}
          aria-label="Frame"
          aria-valuemin={0}
          aria-valuemax={frameCount - 1}
          aria-valuenow={index}
          onPointerDown={seek}
          onPointerMove={(event) => {
            seek(event);
            if (event.pointerType !== "mouse") return;
            const box = event.currentTarget.getBoundingClientRect();
            const at = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
            setHovered({ along: at, index: under(event) });
          }}
          onPointerLeave={() => setHovered(null)}
        >
          <div className={classes.played} style={{ width: Math.max(0, Math.min(left, width)) }} />
          {marks.map(({ frame, kind, title }) => (
            <div
              key={`${kind} ${frame}`}
              className={classes.mark}
              data-kind={kind}
              title={title}
              style={
                kind === "poor"
                  ? {
                      left: leftOf(frame, view, width),
                      width: Math.max(2, width / view.count),
                    }
                  : { left: middleOf(frame, view, width) }
              }
            />
          ))}
          {isShown && <div className={classes.knob} style={{ left }} />}
        </div>
        {rows.map((row) => (
          <Row key={row.key} name={row.name}>
            <TimelineLane
              row={row}
              window={view}
              width={width}
              frameAt={frameAt}
              onScrub={seek}
              onGo={(frame) => player.go(frame)}
              acts={acts}
            />
          </Row>
        ))}
        <div className={classes.over} aria-hidden>
          <div className={classes.inside}>
            {range !== null && (
              <div
                className={classes.range}
                data-testid="timeline-range"
                style={{
                  left: leftOf(range.first, view, width),
                  width: leftOf(range.last + 1, view, width) - leftOf(range.first, view, width),
                }}
              />
            )}
            {isShown && <div className={classes.cursor} style={{ left }} />}
          </div>
        </div>
      </div>
      {hovered !== null && (
        <div className={classes.thumbnails}>
          <ScrubThumbnail store={store} player={player} tone={tone} {...hovered} />
        </div>
      )}
    </div>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <span className={classes.name} title={name}>
        {name}
      </span>
      {children}
    </>
  );
}

/** The same window, moved on where the frame shown would lie outside it. */
function followed(view: TimeWindow, index: number, frameCount: number): TimeWindow {
  if (index >= view.first && index + 1 <= view.first + view.count) return view;
  const first = index < view.first ? index : index + 1 - view.count;
  return { ...view, first: Math.min(Math.max(first, 0), frameCount - view.count) };
}
