import { Button, Stack, Text } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { usePlayer } from "../annotator/page/useClipFrames";
import { useKeys } from "../annotator/page/useKeys";
import { EMPTY_SCENE } from "../annotator/view/scene";
import classes from "./practice.module.css";
import { QuestionFrame } from "./QuestionFrame";
import type { QuestionProps } from "./questionProps";
import { questionSentence } from "./words";

const nothing = () => EMPTY_SCENE;

/** The clip plays once; the pause is the answer. */
export function ScanQuestion({ asked, clip, isSending, onAnswer }: QuestionProps) {
  const { player } = clip.frames;
  const { isPlaying, index } = usePlayer(player);
  const [hasBegun, setHasBegun] = useState(false);
  const { first_frame: first, last_frame: last } = asked;
  useEffect(() => {
    player.setRange({ first, last });
    player.loop(false);
    player.go(first);
    return () => {
      player.pause();
      player.setRange(null);
      player.loop(true);
    };
  }, [player, first, last]);

  const begin = () => {
    player.go(first);
    setHasBegun(true);
    player.play(1);
  };
  const pause = () => {
    player.pause();
    onAnswer({ frame: player.snapshot().index });
  };
  const isOver = hasBegun && !isPlaying;
  const press = () => {
    if (isSending) return;
    if (isPlaying) pause();
    else begin();
  };
  useKeys((key) => {
    if (key !== " " && key !== "enter") return false;
    press();
    return true;
  });
  return (
    <QuestionFrame clip={clip} sceneOf={nothing}>
      <Text component="h2" className={classes.prompt}>
        {questionSentence(asked)}
      </Text>
      <Text c="dimmed">
        {hasBegun
          ? isPlaying
            ? "Space pauses too."
            : "The clip is over."
          : "The clip plays once you start it. The pause is your answer and stands."}
      </Text>
      <Stack gap="xs">
        <Button
          size="md"
          onClick={press}
          loading={isSending}
          data-frame={index}
          leftSection={
            isPlaying ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />
          }
        >
          {isPlaying ? "Pause: there it is" : hasBegun ? "Play again" : "Start"}
        </Button>
        {isOver && (
          <Button
            size="md"
            variant="default"
            disabled={isSending}
            onClick={() => onAnswer({ absent: true })}
          >
            It never came into view
          </Button>
        )}
      </Stack>
    </QuestionFrame>
  );
}
