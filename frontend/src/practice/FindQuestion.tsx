import { Button, Stack, Text } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import { useKeys } from "../annotator/page/useKeys";
import { EMPTY_SCENE } from "../annotator/view/scene";
import type { Point } from "../geometry";
import { PointTool } from "./pointTool";
import classes from "./practice.module.css";
import { QuestionFrame } from "./QuestionFrame";
import type { QuestionProps } from "./questionProps";
import { questionSentence } from "./words";

/** Click the structure; the click can be moved until it is committed to. */
export function FindQuestion({ asked, clip, isSending, onAnswer }: QuestionProps) {
  const [place, setPlace] = useState<Point | null>(null);
  const { width, height } = clip.clip;
  const tool = useMemo(() => {
    let now: Point | null = null;
    const put = (at: Point | null) => {
      now = at;
      setPlace(at);
    };
    return new PointTool(() => now, put, { width, height });
  }, [width, height]);
  const sceneOf = useCallback(
    () =>
      place === null ? EMPTY_SCENE : { ...EMPTY_SCENE, knobs: { points: [place], active: 0 } },
    [place],
  );
  const commit = () => {
    if (place !== null && !isSending) onAnswer({ x: place[0], y: place[1] });
  };
  useKeys((key) => {
    if (key === "enter") commit();
    else if (key === "delete" || key === "backspace") tool.key("Delete");
    else return false;
    return true;
  });
  return (
    <QuestionFrame clip={clip} sceneOf={sceneOf} tool={tool}>
      <Text component="h2" className={classes.prompt}>
        {questionSentence(asked)}
      </Text>
      <Text c="dimmed">
        Click it in the picture. You can move the mark until you commit; then the answer stands.
      </Text>
      <Stack gap="xs">
        <Button size="md" onClick={commit} disabled={place === null} loading={isSending}>
          This is it
        </Button>
        <Button
          size="md"
          variant="default"
          disabled={isSending}
          onClick={() => onAnswer({ absent: true })}
        >
          It is not in this frame
        </Button>
      </Stack>
    </QuestionFrame>
  );
}
