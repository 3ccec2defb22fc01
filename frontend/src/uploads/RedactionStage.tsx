import { useElementSize, useMergedRef } from "@mantine/hooks";
import {
  type KeyboardEvent,
  type PointerEvent as ReactPointerEvent,
  useEffect,
  useRef,
} from "react";
import type { Finding } from "../api/types";
import type { Size } from "./boxes";
import { type DraftAction, type Target, targetDragged, targetRemoved } from "./draft";
import { FINDING_NAMES, findingAt } from "./findings";
import { idOfTarget } from "./grips";
import type { Redaction } from "./redaction";
import { FindingMarks, RemovedHatch, TargetMarks } from "./StageMarks";
import { frameStyle, placed, zoomedIn } from "./stageView";
import classes from "./uploads.module.css";
import { useStageGesture } from "./useStageGesture";
import { useStageZoom } from "./useStageZoom";
import { ZoomButtons } from "./ZoomButtons";

const MARGIN = 18;
const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface RedactionStageProps {
  address: string;
  size: Size;
  redaction: Redaction;
  findings: readonly Finding[];
  chosen: Target | null;
  litIndex: number | null;
  change: (action: DraftAction) => void;
  choose: (target: Target | null) => void;
  light: (index: number | null) => void;
}

/** The sample as it came, with what will be removed hatched, and everything on it movable. */
export function RedactionStage(props: RedactionStageProps) {
  const { address, size, redaction, findings, chosen, litIndex, change, choose, light } = props;
  const { ref, width, height } = useElementSize();
  const picture = useRef<SVGSVGElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const fit = placed(size, { width, height }, MARGIN);
  const letGo = useRef(() => {});
  const { zoom, zoomBy, fitAgain, handlers } = useStageZoom(stage, fit, () => letGo.current());
  const at = zoomedIn(fit, zoom);
  const gesture = useStageGesture({ size, scale: at.scale, redaction, change, choose });
  letGo.current = gesture.abandon;
  const whole = useMergedRef(ref, stage);

  // What was just drawn or taken hold of answers to the arrows.
  const chosenId = chosen === null ? null : idOfTarget(chosen);
  useEffect(() => {
    if (chosenId === null) return;
    const mark = document.getElementById(chosenId);
    if (mark !== document.activeElement) mark?.focus({ preventScroll: true });
  }, [chosenId]);

  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    if (event.key === "Escape" && gesture.abandon()) {
      event.stopPropagation();
      return;
    }
    if (chosen === null || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow !== undefined) {
      const step = event.shiftKey ? 10 : 1;
      const handle = event.altKey && chosen.kind !== "corner" ? "se" : null;
      const [dx, dy] = arrow;
      change({
        kind: "changed",
        to: targetDragged(redaction, chosen, handle, dx * step, dy * step, size),
        run: `${idOfTarget(chosen)} ${handle ?? "carried"}`,
      });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      change({ kind: "changed", to: targetRemoved(redaction, chosen) });
      choose(null);
      picture.current?.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const onFocus = ({ target }: { target: EventTarget }) => {
    const mark = (target as Element).closest<SVGElement>("[role=button]");
    if (mark === null) return;
    const index = Number(mark.dataset.index ?? 0);
    if (mark.dataset.target === "crop") choose({ kind: "crop" });
    else if (mark.dataset.target === "blank") choose({ kind: "blank", index });
    else choose({ kind: "corner", index });
  };

  const onHover = (event: ReactPointerEvent<SVGSVGElement>) => {
    gesture.handlers.onPointerMove(event);
    const area = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - area.left) / area.width) * size.width;
    const y = ((event.clientY - area.top) / area.height) * size.height;
    light(findingAt(findings, x, y));
  };

  const lit = litIndex === null ? undefined : findings[litIndex];
  return (
    <div ref={whole} className={classes.stage} data-testid="redaction-stage" {...handlers}>
      <div className={classes.frame} style={frameStyle(at)}>
        <img
          src={address}
          alt="A frame of the recording as it came"
          style={{ imageRendering: at.scale >= 2 ? "pixelated" : "auto" }}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset holds no drawing */}
        <svg
          ref={picture}
          className={classes.marks}
          viewBox={`0 0 ${size.width} ${size.height}`}
          preserveAspectRatio="none"
          role="group"
          tabIndex={-1}
          aria-label="What is kept and what is blanked. Drag on the picture to blank a box."
          data-testid="redaction-marks"
          {...gesture.handlers}
          onPointerMove={onHover}
          onPointerLeave={() => light(null)}
          onKeyDown={onKeyDown}
          onFocus={onFocus}
        >
          <RemovedHatch redaction={redaction} size={size} scale={at.scale} />
          <FindingMarks findings={findings} litIndex={litIndex} />
          <TargetMarks redaction={redaction} size={size} scale={at.scale} chosen={chosen} />
          {gesture.drawing !== null && (
            <rect
              x={gesture.drawing.x0}
              y={gesture.drawing.y0}
              width={gesture.drawing.x1 - gesture.drawing.x0}
              height={gesture.drawing.y1 - gesture.drawing.y0}
              className={`${classes.line} ${classes.blank}`}
              pointerEvents="none"
            />
          )}
        </svg>
      </div>
      <ZoomButtons factor={zoom.factor} zoomBy={zoomBy} fitAgain={fitAgain} />
      {lit !== undefined && (
        <div className={classes.caption}>
          {FINDING_NAMES[lit.kind] ?? lit.kind}: {lit.reason}
        </div>
      )}
    </div>
  );
}
