import { ActionIcon, Badge, Tooltip } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCloudCheck,
  IconCloudOff,
  IconCloudUp,
  IconHistory,
  IconLock,
  type TablerIcon,
} from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { type SaveState, saveSentence } from "../core/saveState";
import type { AnnotationSession } from "../core/session";
import { useStore } from "./useStore";

const LOOKS: Record<SaveState["kind"], { colour: string; icon: TablerIcon; hint: string }> = {
  saved: { colour: "teal", icon: IconCloudCheck, hint: "The server has all of it." },
  keeping: { colour: "gray", icon: IconCloudUp, hint: "Being written to this browser." },
  waiting: {
    colour: "blue",
    icon: IconCloudUp,
    hint: "Kept in this browser, on the way to the server.",
  },
  offline: {
    colour: "yellow",
    icon: IconCloudOff,
    hint: "The server cannot be reached. All is kept in this browser and sent later.",
  },
  login: { colour: "yellow", icon: IconLock, hint: "Kept in this browser until you log in." },
  refused: { colour: "red", icon: IconAlertTriangle, hint: "Kept in this browser." },
  unprotected: {
    colour: "red",
    icon: IconAlertTriangle,
    hint: "This browser does not let the page store anything.",
  },
};

/** Always on the page: where the work is now. */
export function SaveBadge({ state }: { state: SaveState }) {
  const { colour, icon: Icon, hint } = LOOKS[state.kind];
  const sentence = saveSentence(state);
  const spoken = useSettled(sentence, 1500);
  return (
    <>
      <Tooltip label={hint} multiline maw={260}>
        <Badge
          color={colour}
          variant="light"
          radius="sm"
          size="lg"
          tt="none"
          fw={550}
          leftSection={<Icon size={15} aria-hidden />}
          data-testid="save-state"
          data-save-state={state.kind}
        >
          {sentence}
        </Badge>
      </Tooltip>
      <span
        role="status"
        aria-live="polite"
        style={{
          position: "absolute",
          width: 1,
          height: 1,
          overflow: "hidden",
          clipPath: "inset(50%)",
        }}
      >
        {spoken}
      </span>
    </>
  );
}

/** Opens what has been saved so far. */
export function HistoryButton({ session }: { session: AnnotationSession }) {
  const isOpen = useStore(session.panel) === "history";
  return (
    <Tooltip label="History of the work (Shift H)">
      <ActionIcon
        variant={isOpen ? "light" : "subtle"}
        color={isOpen ? "iris" : "gray"}
        aria-label="History of the work"
        aria-pressed={isOpen}
        onClick={() => session.panel.set(isOpen ? "none" : "history")}
      >
        <IconHistory size={19} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The value once it has stayed the same for a while, so that a reader is not told every stroke. */
function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
