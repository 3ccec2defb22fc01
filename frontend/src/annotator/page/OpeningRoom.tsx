import { Center, Loader } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import type { Project } from "../../api/types";
import { documentFromRows } from "../core/document";
import { inOrder } from "../core/reading";
import { type Appearance, EMPTY_SCENE } from "../view/scene";
import { RoomFrame } from "./ClipRoom";
import classes from "./page.module.css";
import { timelineRows } from "./timelineRows";
import type { SeenClip } from "./useReadableClip";

interface OpeningRoomProps {
  seen: SeenClip | null;
  /** Once it is known, its structures keep their rows. */
  project?: Project | undefined;
  hasRail?: boolean;
  initialAppearance?: Partial<Appearance>;
  /** The room itself, a `ClipRoom`, once all it needs is here. */
  children: ReactNode;
}

const nothing = () => EMPTY_SCENE;
const none = () => [];
const NO_WORK = documentFromRows([]);

/** A clip's pictures, to look at and play while what is drawn over them is still on its way. */
export function OpeningRoom(props: OpeningRoomProps) {
  const { seen, project, hasRail, initialAppearance, children } = props;
  const rows = useMemo(
    () => (project && hasRail ? timelineRows(inOrder(project.procedure.structures), NO_WORK) : []),
    [project, hasRail],
  );
  if (seen === null) {
    return (
      <Center h="60dvh">
        <Loader aria-label="Loading the clip" />
      </Center>
    );
  }
  return (
    <RoomFrame
      opening={{
        name: "opening",
        clip: seen.clip,
        frames: seen.frames,
        sceneOf: nothing,
        ...(initialAppearance && { initialAppearance }),
        rows,
        rail: hasRail ? <div className={classes.rail} /> : undefined,
        sideLabel: "What is drawn over the clip",
        side: (
          <Center h={120}>
            <Loader size="sm" aria-label="Loading what is drawn over the clip" />
          </Center>
        ),
        commandsOf: none,
      }}
    >
      {children}
    </RoomFrame>
  );
}
