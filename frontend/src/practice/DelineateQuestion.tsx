import { ActionIcon, Button, Group, SegmentedControl, Stack, Text, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconTrash } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { useKeys } from "../annotator/page/useKeys";
import { useStore } from "../annotator/page/useStore";
import { EMPTY_SCENE } from "../annotator/view/scene";
import type { Stage } from "../annotator/view/stage";
import type { GivenAnswer } from "../api/practice";
import type { Structure } from "../api/types";
import classes from "./practice.module.css";
import { PracticeBench, type PracticeTool } from "./practiceBench";
import { QuestionFrame } from "./QuestionFrame";
import type { QuestionProps } from "./questionProps";
import { questionSentence } from "./words";

const TOOLS: readonly { value: PracticeTool; label: string; key: string }[] = [
  { value: "spline", label: "Draw", key: "s" },
  { value: "brush", label: "Brush", key: "b" },
  { value: "eraser", label: "Erase", key: "e" },
  { value: "edit", label: "Points", key: "v" },
  { value: "sculpt", label: "Push", key: "u" },
];
const NAMED_KEYS: Record<string, string> = {
  enter: "Enter",
  escape: "Escape",
  backspace: "Backspace",
  delete: "Delete",
};

interface Props extends QuestionProps {
  structure: Structure;
}

/** Draw the structure with the annotator's own tools. */
export function DelineateQuestion(props: QuestionProps) {
  const { structure } = props.asked;
  return structure === null ? null : <Drawing {...props} structure={structure} />;
}

function Drawing({ asked, clip, isSending, onAnswer, structure }: Props) {
  const { width, height } = clip.clip;
  const bench = useMemo(
    () => new PracticeBench(structure, { width, height }),
    [structure, width, height],
  );
  const state = useStore(bench.state);
  const [stage, setStage] = useState<Stage | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene is drawn from the state
  const sceneOf = useCallback(
    (frame: number) => (frame === asked.first_frame ? bench.scene() : EMPTY_SCENE),
    [bench, state, asked.first_frame],
  );
  const commit = () => {
    const shape = bench.finished();
    if (shape === null || isSending) return;
    onAnswer({ shape } as GivenAnswer);
  };
  useKeys((key) => {
    const chosen = TOOLS.find((one) => one.key === key);
    const named = NAMED_KEYS[key];
    if (named !== undefined && bench.tool.key(named)) stage?.invalidate();
    else if (key === "enter") commit();
    else if (key === "ctrl+z" || key === "meta+z") bench.undo();
    else if (key === "ctrl+shift+z" || key === "ctrl+y" || key === "meta+shift+z") bench.redo();
    else if (chosen !== undefined) bench.chooseTool(chosen.value);
    else return false;
    return true;
  });
  return (
    <QuestionFrame clip={clip} sceneOf={sceneOf} tool={bench.tool} onStage={setStage}>
      <Text component="h2" className={classes.prompt}>
        {questionSentence(asked)}
      </Text>
      <Stack gap="xs">
        <SegmentedControl
          fullWidth
          aria-label="Tool"
          value={state.tool}
          onChange={(value) => bench.chooseTool(value as PracticeTool)}
          data={TOOLS.map(({ value, label }) => ({ value, label }))}
        />
        <Group gap={4}>
          <Tooltip label="Undo (Ctrl Z)">
            <ActionIcon
              size="lg"
              variant="subtle"
              color="gray"
              aria-label="Undo"
              disabled={!state.canUndo}
              onClick={() => bench.undo()}
            >
              <IconArrowBackUp size={20} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Redo (Ctrl Shift Z)">
            <ActionIcon
              size="lg"
              variant="subtle"
              color="gray"
              aria-label="Redo"
              disabled={!state.canRedo}
              onClick={() => bench.redo()}
            >
              <IconArrowForwardUp size={20} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Clear">
            <ActionIcon
              size="lg"
              variant="subtle"
              color="gray"
              aria-label="Clear"
              disabled={state.shape === null}
              onClick={() => bench.clear()}
            >
              <IconTrash size={19} />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Text size="sm" c="dimmed">
          {state.shape === null
            ? "Set points around it and close the line on the first one, or paint it with the brush."
            : "Pull points, push the line or paint until it fits. Then the answer stands."}
        </Text>
      </Stack>
      <Stack gap="xs">
        <Button size="md" onClick={commit} disabled={state.shape === null} loading={isSending}>
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
