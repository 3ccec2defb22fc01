import { useEffect, useRef, useState } from "react";
import type { FrameStore, Player, Tone } from "../../frames";
import { GrayCanvas } from "../view/grayCanvas";
import classes from "./page.module.css";

interface ScrubThumbnailProps {
  store: FrameStore;
  player: Player;
  tone: Tone;
  /** The frame the pointer is over. */
  index: number;
  /** Where it is along the bar, 0 to 1. */
  along: number;
}

const WIDTH = 168;
/** Frames further away than this do not stand in for one that is not here. */
const NEAR = 12;

/** A small picture of the frame under the pointer; one that stands in says its own number. */
export function ScrubThumbnail({ store, player, tone, index, along }: ScrubThumbnailProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const full = useRef<GrayCanvas | null>(null);
  const [shown, setShown] = useState<number | null>(null);

  useEffect(() => {
    const draw = () => {
      const frame = store.nearest(index, NEAR);
      const context = canvas.current?.getContext("2d");
      if (frame === undefined || !context || canvas.current === null) {
        setShown(null);
        return;
      }
      const { width, height } = frame.picture;
      full.current ??= new GrayCanvas(width, height);
      full.current.draw(frame.picture, tone);
      canvas.current.width = WIDTH;
      canvas.current.height = Math.round((WIDTH * height) / width);
      context.imageSmoothingQuality = "medium";
      context.drawImage(full.current.canvas, 0, 0, WIDTH, canvas.current.height);
      setShown(frame.index);
    };
    draw();
    const stop = store.subscribe((ready) => {
      if (Math.abs(ready - index) <= NEAR) draw();
    });
    store.preview(index);
    return stop;
  }, [store, index, tone]);

  return (
    <div
      className={classes.thumbnail}
      style={{ left: `clamp(${WIDTH / 2}px, ${along * 100}%, calc(100% - ${WIDTH / 2}px))` }}
      data-testid="scrub-thumbnail"
      data-frame-index={shown ?? ""}
    >
      <canvas ref={canvas} hidden={shown === null} />
      <div>
        {index} · {player.time(index).toFixed(3)} s
      </div>
      {shown !== null && shown !== index && <div>picture of frame {shown}</div>}
    </div>
  );
}
