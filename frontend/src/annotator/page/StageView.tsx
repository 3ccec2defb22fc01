import { Text } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Store } from "../core/store";
import type { Tool } from "../tools/tool";
import type { Appearance, Scene } from "../view/scene";
import { Stage, type StageState } from "../view/stage";
import classes from "./page.module.css";
import type { ClipFrames } from "./useClipFrames";
import { useStore } from "./useStore";

interface StageViewProps {
  clip: { width: number; height: number; title: string };
  frames: ClipFrames;
  sceneOf: (index: number) => Scene;
  appearance: Appearance;
  tool?: Tool | null;
  onReady?: (stage: Stage | null) => void;
  /** What is laid over the picture: zoom buttons, banners. */
  children?: ReactNode;
}

const NOTHING = new Store<StageState>({ drawn: null, wanted: 0, failure: null, scale: 1 });

/** The picture of the frame shown, and what is drawn over it. */
export function StageView(props: StageViewProps) {
  const { clip, frames, sceneOf, appearance, tool = null, onReady, children } = props;
  const host = useRef<HTMLDivElement>(null);
  const [stage, setStage] = useState<Stage | null>(null);
  const { width, height } = clip;

  useEffect(() => {
    if (host.current === null) return;
    const made = new Stage(host.current, { width, height }, frames.store);
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

  useEffect(() => stage?.setScene(sceneOf), [stage, sceneOf]);
  useEffect(() => stage?.setAppearance(appearance), [stage, appearance]);
  useEffect(() => stage?.setTool(tool), [stage, tool]);
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
      <LoadingNote state={stage?.state ?? NOTHING} />
      {children}
    </div>
  );
}

function LoadingNote({ state }: { state: Store<StageState> }) {
  const { drawn, wanted, failure } = useStore(state);
  if (drawn !== null) return null;
  return (
    <Text className={classes.loading} role="status">
      {failure === null ? `Loading frame ${wanted}` : `Frame ${wanted}: ${failure}`}
    </Text>
  );
}
