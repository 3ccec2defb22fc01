import { ActionIcon, Group, NativeSelect, Tooltip } from "@mantine/core";
import {
  IconBracketsContain,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconRepeat,
  type TablerIcon,
} from "@tabler/icons-react";
import { memo, type ReactNode } from "react";
import { type Player, SPEEDS } from "../../frames";
import { FrameNumber } from "./FrameNumber";
import { LoopRange, partFrom } from "./LoopRange";
import classes from "./page.module.css";
import { usePlayer } from "./useClipFrames";

interface TransportProps {
  player: Player;
  isNumberTyped: boolean;
  onNumberTyped: (isTyped: boolean) => void;
  children?: ReactNode;
}

/** Play, step, speed, and the frame in large figures. */
export function Transport({ player, isNumberTyped, onNumberTyped, children }: TransportProps) {
  const { index, isPlaying, isLooping, rate, speed, range } = usePlayer(player);
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
  const shuttled = isPlaying && rate !== speed ? `${rate < 0 ? "−" : ""}${Math.abs(rate)}×` : null;
  return (
    <div className={classes.transport}>
      <Buttons
        player={player}
        isPlaying={isPlaying}
        isLooping={isLooping}
        speed={speed}
        shuttled={shuttled}
        hasPart={range !== null}
      />
      <FrameNumber player={player} isTyped={isNumberTyped} onTyped={onNumberTyped} />
      <LoopRange player={player} />
      {children}
    </div>
  );
}

interface ButtonsProps {
  player: Player;
  isPlaying: boolean;
  isLooping: boolean;
  speed: number;
  /** The speed that J and L have brought it to. */
  shuttled: string | null;
  hasPart: boolean;
}

/** By themselves, so that they are not drawn anew with every frame. */
const Buttons = memo(function Buttons(props: ButtonsProps) {
  const { player, isPlaying, isLooping, speed, shuttled, hasPart } = props;
  const { frameCount } = player;
  return (
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
      {frameCount > 2 && (
        <Tooltip label={hasPart ? "Play the whole clip (\\)" : "Play a part from here ({ and })"}>
          <ActionIcon
            variant={hasPart ? "light" : "subtle"}
            color={hasPart ? undefined : "gray"}
            aria-label="Play a part"
            aria-pressed={hasPart}
            onClick={() =>
              player.setRange(hasPart ? null : partFrom(player.snapshot().index, frameCount))
            }
          >
            <IconBracketsContain size={17} />
          </ActionIcon>
        </Tooltip>
      )}
      <NativeSelect
        className={classes.speed}
        size="xs"
        aria-label="Speed"
        value={String(speed)}
        data={SPEEDS.map((one) => ({ value: String(one), label: `${one}×` }))}
        onChange={(event) => {
          player.setSpeed(Number(event.currentTarget.value));
          // the arrow keys step frames again
          event.currentTarget.blur();
        }}
      />
      {shuttled !== null && <span className={classes.frameRest}>{shuttled}</span>}
    </Group>
  );
});

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
