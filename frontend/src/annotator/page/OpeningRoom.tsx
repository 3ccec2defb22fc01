import { Center, Loader } from "@mantine/core";
import { EMPTY_SCENE } from "../view/scene";
import { ClipRoom } from "./ClipRoom";
import classes from "./page.module.css";
import type { SeenClip } from "./useReadableClip";

const nothing = () => EMPTY_SCENE;
const none = () => [];

/** A clip's pictures, to look at and play while what is drawn over them is still on its way. */
export function OpeningRoom({ seen, hasRail }: { seen: SeenClip | null; hasRail?: boolean }) {
  if (seen === null) {
    return (
      <Center h="60dvh">
        <Loader aria-label="Loading the clip" />
      </Center>
    );
  }
  return (
    <ClipRoom
      name="opening"
      clip={seen.clip}
      frames={seen.frames}
      sceneOf={nothing}
      rows={[]}
      rail={hasRail ? <div className={classes.rail} /> : undefined}
      sideLabel="What is drawn over the clip"
      side={
        <Center h={120}>
          <Loader size="sm" aria-label="Loading what is drawn over the clip" />
        </Center>
      }
      commandsOf={none}
    />
  );
}
