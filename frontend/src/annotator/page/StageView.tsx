import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { AS_STORED } from "../commands/viewCommands";
import { Store } from "../core/store";
import type { Tool } from "../tools/tool";
import type { Appearance, Scene } from "../view/scene";
import { NOTHING_DRAWN, Stage, type StageState } from "../view/stage";
import classes from "./page.module.css";
import type { ChangeAppearance } from "./useAppearance";
import type { ClipFrames } from "./useClipFrames";
import { useStore } from "./useStore";

interface StageViewProps {
  clip: { width: number; height: number; title: string; microns_per_pixel: number | null };
  frames: ClipFrames;
  sceneOf: (index: number) => Scene;
  appearance: Appearance;
  onAppearance: ChangeAppearance;
  tool?: Tool | null;
  onReady?: (stage: Stage | null) => void;
  /** What is laid over the picture: zoom buttons, banners. */
  children?: ReactNode;
}

const NOTHING = new Store<StageState>(NOTHING_DRAWN);

/** The picture of the frame shown, and what is drawn over it. */
export function StageView(props: StageViewProps) {
  const { clip, frames, sceneOf, appearance, onAppearance, tool = null, onReady, children } = props;
  const host = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const { width, height, microns_per_pixel: micronsPerPixel } = clip;

  useEffect(() => {
    if (host.current === null) return;
    const made = new Stage(host.current, { width, height }, frames.store, frames.place);
    const follow = () => made.show(frames.player.snapshot().index);
    const stop = frames.player.subscribe(follow);
    follow();
    setStage(made);
    return () => {
      stop();
      made.close();
      setStage(null);
    };
  }, [width, height, frames]);

  useEffect(() => frames.store.setRecipe(appearance.recipe), [frames, appearance.recipe]);
  useEffect(() => stage?.setScene(sceneOf), [stage, sceneOf]);
  useEffect(() => stage?.setAppearance(appearance), [stage, appearance]);
  useEffect(() => stage?.setScale(micronsPerPixel), [stage, micronsPerPixel]);
  useEffect(() => stage?.setTool(tool), [stage, tool]);
  useEffect(() => {
    if (stage !== null) stage.onTone = (tone) => onAppearance({ tone });
  }, [stage, onAppearance]);
  useEffect(() => onReady?.(stage), [stage, onReady]);

  return (
    <div className={classes.stage}>
      <div
        ref={host}
        className={classes.host}
        data-testid="stage"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys for the picture need a place
        tabIndex={0}
        role="img"
        aria-label={`${clip.title}, the picture with its shapes`}
      />
      <Notes state={stage?.state ?? NOTHING} onReset={() => onAppearance(AS_STORED)} />
      {children}
    </div>
  );
}

function Notes({ state, onReset }: { state: Store<StageState>; onReset: () => void }) {
  const { drawn, wanted, failure, isFiltered } = useStore(state);
  return (
    <>
      {drawn === null && (
        <Text className={classes.loading} role="status">
          {failure === null ? `Loading frame ${wanted}` : `Frame ${wanted}: ${failure}`}
        </Text>
      )}
      {isFiltered && (
        <div className={classes.filtered} data-testid="filtered-view" role="note">
          Filtered view
          <Tooltip label="Show the picture as it is stored (Shift W)">
            <ActionIcon
              size="xs"
              variant="transparent"
              color="dark.9"
              aria-label="Show the picture as it is stored"
              onClick={onReset}
            >
              <IconFilterOff size={14} />
            </ActionIcon>
          </Tooltip>
        </div>
      )}
    </>
  );
}
