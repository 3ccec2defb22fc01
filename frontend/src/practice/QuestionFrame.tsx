import { type ReactNode, useCallback, useState } from "react";
import { StageView } from "../annotator/page/StageView";
import { useAppearance } from "../annotator/page/useAppearance";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import { ZoomButtons } from "../annotator/page/ZoomButtons";
import type { Tool } from "../annotator/tools/tool";
import type { Scene } from "../annotator/view/scene";
import type { Stage } from "../annotator/view/stage";
import classes from "./practice.module.css";

interface QuestionFrameProps {
  clip: ReadableClip;
  sceneOf: (index: number) => Scene;
  tool?: Tool | null;
  /** Below the picture: playing and scrubbing. */
  under?: ReactNode;
  onStage?: (stage: Stage | null) => void;
  /** Beside it, on a phone below it: the question or the reveal. */
  children: ReactNode;
}

/** The picture of a question with what is asked beside it: the annotator's own stage. */
export function QuestionFrame(props: QuestionFrameProps) {
  const { clip, sceneOf, tool = null, under, onStage, children } = props;
  const [appearance, changeAppearance] = useAppearance();
  const [stage, setStage] = useState<Stage | null>(null);
  const ready = useCallback(
    (made: Stage | null) => {
      setStage(made);
      onStage?.(made);
    },
    [onStage],
  );
  return (
    <div className={classes.body}>
      <div className={classes.picture}>
        <StageView
          clip={clip.clip}
          frames={clip.frames}
          sceneOf={sceneOf}
          // what is asked and revealed is always to be seen
          appearance={{ ...appearance, isHidden: false, hasNames: false }}
          onAppearance={changeAppearance}
          tool={tool}
          onReady={ready}
        >
          <ZoomButtons stage={stage} />
        </StageView>
        {under}
      </div>
      <section className={classes.panel} aria-live="polite">
        {children}
      </section>
    </div>
  );
}
