import { Badge } from "@mantine/core";

const LOOKS: Record<string, { colour: string; label: string }> = {
  new: { colour: "dark.4", label: "New" },
  annotating: { colour: "blue", label: "Being annotated" },
  in_review: { colour: "yellow", label: "In review" },
  returned: { colour: "orange", label: "Returned" },
  accepted: { colour: "teal", label: "Accepted" },
  draft: { colour: "blue", label: "Draft" },
  submitted: { colour: "yellow", label: "Submitted" },
  receiving: { colour: "dark.4", label: "Arriving" },
  inspecting: { colour: "blue", label: "Being inspected" },
  awaiting_release: { colour: "yellow", label: "Waits for a look" },
  ingesting: { colour: "blue", label: "Being taken in" },
  queued: { colour: "dark.4", label: "Waiting" },
  running: { colour: "blue", label: "Running" },
  paused: { colour: "yellow", label: "Paused" },
  done: { colour: "teal", label: "Done" },
  failed: { colour: "red", label: "Failed" },
  cancelled: { colour: "dark.4", label: "Cancelled" },
};

/** Name of a state of a clip, a set, a job, a run or a fold. */
export const stateLabel = (state: string): string => LOOKS[state]?.label ?? state;

export const stateColour = (state: string): string => LOOKS[state]?.colour ?? "dark.4";

export function StateBadge({ state, size = "sm" }: { state: string; size?: "xs" | "sm" | "md" }) {
  return (
    <Badge color={stateColour(state)} variant="light" size={size} radius="sm" tt="none" fw={550}>
      {stateLabel(state)}
    </Badge>
  );
}
