import { NumberInput } from "@mantine/core";
import { useState } from "react";
import type { Player } from "../../frames";
import classes from "./page.module.css";
import { usePlayer } from "./useClipFrames";

interface FrameNumberProps {
  player: Player;
  /** True while the number is typed. */
  isTyped: boolean;
  onTyped: (isTyped: boolean) => void;
}

/** The frame in large figures; a double click or G lets another be typed. */
export function FrameNumber({ player, isTyped, onTyped }: FrameNumberProps) {
  const { index } = usePlayer(player);
  return (
    <div className={classes.frame} data-testid="frame-number" data-frame-index={index}>
      {isTyped ? (
        <TypedNumber player={player} onDone={() => onTyped(false)} />
      ) : (
        <button
          type="button"
          className={classes.frameNumber}
          title="Double click to go to another frame (G)"
          aria-label={`Frame ${index}, go to another`}
          onDoubleClick={() => onTyped(true)}
          onKeyDown={(event) => event.key === "Enter" && onTyped(true)}
        >
          {index}
        </button>
      )}
      <span className={classes.frameRest}>
        of {player.frameCount - 1} · {player.time(index).toFixed(3)} s
      </span>
    </div>
  );
}

function TypedNumber({ player, onDone }: { player: Player; onDone: () => void }) {
  const [typed, setTyped] = useState<number | string>("");
  return (
    <NumberInput
      aria-label="Go to frame"
      size="xs"
      w={78}
      min={0}
      max={player.frameCount - 1}
      allowDecimal={false}
      hideControls
      autoFocus
      value={typed}
      onChange={setTyped}
      placeholder={String(player.snapshot().index)}
      onBlur={onDone}
      onKeyDown={(event) => {
        if (event.key === "Enter" && typeof typed === "number") player.go(typed);
        if (event.key === "Enter" || event.key === "Escape") onDone();
      }}
    />
  );
}
