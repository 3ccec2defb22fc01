import { ActionIcon, Group, Tooltip } from "@mantine/core";
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconRepeat,
  type TablerIcon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Player } from "../../frames";
import classes from "./page.module.css";
import { usePlayer } from "./useClipFrames";

/** Play, step, and the frame in large figures. */
export function Transport({ player, children }: { player: Player; children?: ReactNode }) {
  const { index, isPlaying, isLooping } = usePlayer(player);
  const isStill = player.frameCount < 2;
  if (isStill) {
    return (
      <div className={classes.transport}>
        <div className={classes.frame} data-testid="frame-number" data-frame-index={index}>
          <span className={classes.frameRest}>Single picture, frame {index}</span>
        </div>
        {children}
      </div>
    );
  }
  return (
    <div className={classes.transport}>
      <Group gap={2} wrap="nowrap">
        <Act label="First frame" keys="Home" icon={IconPlayerSkipBack} onDo={() => player.go(0)} />
        <Act
          label="One frame back"
          keys="←"
          icon={IconPlayerTrackPrev}
          onDo={() => player.step(-1)}
        />
        <Tooltip label={`${isPlaying ? "Pause" : "Play"} (Space)`}>
          <ActionIcon
            size="lg"
            radius="xl"
            aria-label={isPlaying ? "Pause" : "Play"}
            onClick={() => player.toggle()}
          >
            {isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
          </ActionIcon>
        </Tooltip>
        <Act label="One frame on" keys="→" icon={IconPlayerTrackNext} onDo={() => player.step(1)} />
        <Act
          label="Last frame"
          keys="End"
          icon={IconPlayerSkipForward}
          onDo={() => player.go(player.frameCount - 1)}
        />
        <Tooltip label={isLooping ? "Play once" : "Play again and again"}>
          <ActionIcon
            variant={isLooping ? "light" : "subtle"}
            color={isLooping ? undefined : "gray"}
            aria-label="Loop"
            aria-pressed={isLooping}
            onClick={() => player.loop(!isLooping)}
          >
            <IconRepeat size={17} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <div className={classes.frame} data-testid="frame-number" data-frame-index={index}>
        <span className={classes.frameNumber}>{index}</span>
        <span className={classes.frameRest}>
          of {player.frameCount - 1} · {player.time(index).toFixed(3)} s
        </span>
      </div>
      {children}
    </div>
  );
}

interface ActProps {
  label: string;
  keys: string;
  icon: TablerIcon;
  onDo(): void;
}

function Act({ label, keys, icon: Icon, onDo }: ActProps) {
  return (
    <Tooltip label={`${label} (${keys})`}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onDo}>
        <Icon size={17} />
      </ActionIcon>
    </Tooltip>
  );
}
