import { Center, Loader, SegmentedControl, Text } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import type { SetDocument } from "../annotator/core/document";
import { inOrder } from "../annotator/core/reading";
import classes from "../annotator/page/page.module.css";
import { playerKey } from "../annotator/page/playerKeys";
import { StageView } from "../annotator/page/StageView";
import { Timeline } from "../annotator/page/Timeline";
import { Transport } from "../annotator/page/Transport";
import { timelineRows } from "../annotator/page/timelineRows";
import { useAppearance } from "../annotator/page/useAppearance";
import { type ClipFrames, useClipFrames, usePlayer } from "../annotator/page/useClipFrames";
import { useKeys } from "../annotator/page/useKeys";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import { ViewControls } from "../annotator/page/ViewControls";
import { ZoomButtons, zoomKey } from "../annotator/page/ZoomButtons";
import type { AnnotationSetDetail, Suggestion } from "../annotator/queries";
import type { Stage } from "../annotator/view/stage";
import { ExploreLegend } from "./ExploreLegend";
import { exploreScene, type Shown, toggled } from "./exploreScene";
import { Provenance } from "./Provenance";

interface ExploreRoomProps extends ReadableClip {
  model: { row: Suggestion; document: SetDocument } | null;
  expert: { set: AnnotationSetDetail; document: SetDocument } | null;
}

export function ExploreRoom(props: ExploreRoomProps) {
  const frames = useClipFrames(props.clip, props.table);
  if (frames === null) {
    return (
      <Center h="60dvh">
        <Loader aria-label="Loading the clip" />
      </Center>
    );
  }
  return <OpenClip {...props} frames={frames} />;
}

function OpenClip({
  clip,
  project,
  model,
  expert,
  frames,
}: ExploreRoomProps & { frames: ClipFrames }) {
  const { player } = frames;
  const { index } = usePlayer(player);
  const [chosen, setChosen] = useState<Shown | null>(null);
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const [appearance, changeAppearance] = useAppearance({ hasNames: true });
  const [stage, setStage] = useState<Stage | null>(null);
  const structures = useMemo(() => inOrder(project.procedure.structures), [project]);

  const wanted = chosen ?? (expert !== null ? "expert" : "model");
  const shown = available(wanted, model !== null, expert !== null);
  const parts = useMemo(
    () => ({
      structures,
      model: model?.document ?? null,
      expert: expert?.document ?? null,
      shown,
      highlighted,
    }),
    [structures, model, expert, shown, highlighted],
  );
  const sceneOf = useCallback((frame: number) => exploreScene(parts, frame), [parts]);
  const rows = useMemo(() => {
    const document = shown === "model" ? parts.model : parts.expert;
    if (document === null || shown === "none") return [];
    return timelineRows(structures, document, shown === "both" ? parts.model : null).filter(
      (row) => row.spans.length > 0 || row.suggested.length > 0,
    );
  }, [parts, shown, structures]);

  useKeys((key) => {
    if (key === "m" && model !== null) setChosen(toggled(shown, "model"));
    else if (key === "e" && expert !== null) setChosen(toggled(shown, "expert"));
    else if (key === "o") changeAppearance({ isOutlineOnly: !appearance.isOutlineOnly });
    else return zoomKey(stage, key) || playerKey(player, key);
    return true;
  });

  return (
    <div
      className={classes.page}
      data-testid="explore"
      data-frame-index={index}
      data-overlay={shown}
    >
      <header className={classes.head}>
        <h1 className={classes.title}>{clip.title}</h1>
        <div style={{ flex: 1 }} />
        <SegmentedControl
          aria-label="What is drawn over the picture"
          value={shown}
          onChange={(value) => setChosen(value as Shown)}
          data={[
            { value: "none", label: "None" },
            { value: "model", label: "Model", disabled: model === null },
            { value: "expert", label: "Experts", disabled: expert === null },
            { value: "both", label: "Both", disabled: model === null || expert === null },
          ]}
        />
      </header>
      <div className={classes.body} data-rail="none">
        <StageView
          clip={clip}
          frames={frames}
          sceneOf={sceneOf}
          appearance={appearance}
          onReady={setStage}
        >
          <ZoomButtons stage={stage} />
        </StageView>
        <aside className={classes.side} aria-label="Structures and where they come from">
          <ExploreLegend
            structures={structures}
            parts={parts}
            frame={index}
            highlighted={highlighted}
            onHighlight={setHighlighted}
          />
          <Provenance model={model?.row ?? null} expert={expert?.set ?? null} shown={shown} />
          {clip.credit !== "" && (
            <Text size="xs" c="dimmed" p="sm">
              Source: {clip.credit}
            </Text>
          )}
        </aside>
      </div>
      <footer className={classes.foot}>
        <Transport player={player}>
          <div style={{ flex: 1 }} />
          <ViewControls appearance={appearance} onChange={changeAppearance} />
        </Transport>
        <Timeline player={player} rows={rows} />
      </footer>
    </div>
  );
}

/** The nearest to what was wanted that there is. */
function available(wanted: Shown, hasModel: boolean, hasExpert: boolean): Shown {
  if (wanted === "both" && hasModel && hasExpert) return "both";
  if ((wanted === "model" || wanted === "both") && hasModel) return "model";
  if ((wanted === "expert" || wanted === "both") && hasExpert) return "expert";
  return "none";
}
