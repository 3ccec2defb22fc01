import { Button, Kbd, Stack, Text } from "@mantine/core";
import { useCallback } from "react";
import { useKeys } from "../annotator/page/useKeys";
import { EMPTY_SCENE } from "../annotator/view/scene";
import { Swatch } from "../parts/StructureLegend";
import classes from "./practice.module.css";
import { QuestionFrame } from "./QuestionFrame";
import type { QuestionProps } from "./questionProps";
import { questionSentence } from "./words";

const RING_PX = 5;

/** Which structure is in the ring? One press answers. */
export function NameQuestion({ asked, clip, isSending, onAnswer }: QuestionProps) {
  const { mark, choices } = asked;
  const sceneOf = useCallback(
    () =>
      mark === null
        ? EMPTY_SCENE
        : {
            ...EMPTY_SCENE,
            brush: { at: [mark.x, mark.y] as const, radius: RING_PX, isErasing: false },
          },
    [mark],
  );
  useKeys((key) => {
    const chosen = choices[Number(key) - 1];
    if (chosen === undefined || isSending) return false;
    onAnswer({ structure: chosen.id });
    return true;
  });
  return (
    <QuestionFrame clip={clip} sceneOf={sceneOf}>
      <Text component="h2" className={classes.prompt}>
        {questionSentence(asked)}
      </Text>
      <Text c="dimmed">The ring marks a place inside it, not its outline. Your choice stands.</Text>
      <Stack gap="xs" role="group" aria-label="Structures to choose from">
        {choices.map((structure, i) => (
          <Button
            key={structure.id}
            size="md"
            variant="default"
            justify="flex-start"
            disabled={isSending}
            leftSection={<Swatch colour={structure.colour} size={14} />}
            rightSection={i < 9 && <Kbd size="xs">{i + 1}</Kbd>}
            styles={{ section: { marginInlineStart: 0 }, label: { flex: 1 } }}
            onClick={() => onAnswer({ structure: structure.id })}
          >
            {structure.name}
          </Button>
        ))}
      </Stack>
    </QuestionFrame>
  );
}
