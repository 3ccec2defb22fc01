import { Button, Progress, Text } from "@mantine/core";
import { IconSparkles } from "@tabler/icons-react";
import { tellError } from "../../parts/tell";
import type { SuggestionStream } from "../core/suggestionStream";
import { SideSection } from "./SideSection";
import { useStore } from "./useStore";

interface LookingPanelProps {
  stream: SuggestionStream;
  hasSuggestion: boolean;
  frameCount: number;
  mayAsk: boolean;
}

/** Asking the promoted model to look at the clip, and watching it do so. */
export function LookingPanel({ stream, hasSuggestion, frameCount, mayAsk }: LookingPanelProps) {
  const state = useStore(stream.state);
  if (state === null) {
    if (hasSuggestion || !mayAsk) return null;
    return (
      <SideSection title="Suggestion">
        <Text size="sm" c="dimmed" mb={8}>
          No model has looked at this clip yet.
        </Text>
        <Button
          size="xs"
          variant="light"
          fullWidth
          leftSection={<IconSparkles size={15} />}
          onClick={() =>
            stream.start().catch((error) => tellError(error, "The model was not asked"))
          }
        >
          Ask the model
        </Button>
      </SideSection>
    );
  }
  return (
    <SideSection title={hasSuggestion ? "New suggestion" : "The model is looking"}>
      <div data-testid="looking" data-running={state.isRunning} data-frames={state.framesSeen}>
        {state.error === "" ? (
          <>
            <Text size="sm" role="status">
              {state.framesSeen === 0
                ? state.message || "Waiting for a worker"
                : `${state.framesSeen} of ${frameCount} frames`}
            </Text>
            <Progress
              size="sm"
              my={6}
              value={100 * Math.max(state.progress, state.framesSeen / frameCount)}
              aria-label="Frames looked at"
            />
            {!hasSuggestion && (
              <Text size="xs" c="dimmed" mb={6}>
                What it has seen can be accepted already.
              </Text>
            )}
            {mayAsk && (
              <Button
                size="xs"
                variant="default"
                onClick={() =>
                  stream.cancel().catch((error) => tellError(error, "The model looks on"))
                }
              >
                Stop
              </Button>
            )}
          </>
        ) : (
          <>
            <Text size="sm" c="yellow.4" role="alert" mb={6}>
              {state.error}
            </Text>
            <Button size="xs" variant="default" onClick={() => stream.dismiss()}>
              Close
            </Button>
          </>
        )}
      </div>
    </SideSection>
  );
}
