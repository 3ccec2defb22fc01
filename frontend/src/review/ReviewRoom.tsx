import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKeyboard } from "@tabler/icons-react";
import { useCallback, useMemo, useState } from "react";
import { documentFromRows } from "../annotator/core/document";
import { inOrder, layersOf } from "../annotator/core/reading";
import { KeysDialog } from "../annotator/page/KeysDialog";
import classes from "../annotator/page/page.module.css";
import { PLAYER_KEYS, playerKey } from "../annotator/page/playerKeys";
import { pinsAt, RemarkList } from "../annotator/page/RemarkList";
import { StageView } from "../annotator/page/StageView";
import { Timeline } from "../annotator/page/Timeline";
import { Transport } from "../annotator/page/Transport";
import { timelineRows } from "../annotator/page/timelineRows";
import { useAppearance } from "../annotator/page/useAppearance";
import { type ClipFrames, usePlayer } from "../annotator/page/useClipFrames";
import { useKeys } from "../annotator/page/useKeys";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import { ViewControls } from "../annotator/page/ViewControls";
import { ZOOM_KEYS, ZoomButtons, zoomKey } from "../annotator/page/ZoomButtons";
import type { AnnotationSetDetail } from "../annotator/queries";
import type { Stage } from "../annotator/view/stage";
import { ago } from "../format/text";
import type { Point } from "../geometry";
import { StateBadge } from "../parts/StateBadge";
import { DecisionPanel, obstacleOf } from "./DecisionPanel";
import { PinTool } from "./pinTool";
import { RemarkComposer } from "./RemarkComposer";
import { ReviewedStructures } from "./ReviewedStructures";
import { useDecision } from "./useDecision";

const KEYS = [
  ["A", "Accept"],
  ["R", "Return with a remark"],
  ["P", "Pin a place for a remark"],
  [", .", "Previous or next frame that was drawn"],
  ["H (held)", "Hide everything but the picture"],
  ["O", "Outlines only"],
  ...PLAYER_KEYS,
  ...ZOOM_KEYS,
] as const;

interface ReviewRoomProps extends ReadableClip {
  set: AnnotationSetDetail;
  frames: ClipFrames;
}

export function ReviewRoom({ clip, project, set, frames }: ReviewRoomProps) {
  const { player } = frames;
  const { index } = usePlayer(player);
  const structures = useMemo(() => inOrder(project.procedure.structures), [project]);
  const document = useMemo(() => documentFromRows(set.tracks), [set.tracks]);
  const rows = useMemo(() => timelineRows(structures, document), [structures, document]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [appearance, changeAppearance] = useAppearance({ hasNames: true });
  const [isHeld, setIsHeld] = useState(false);
  const [stage, setStage] = useState<Stage | null>(null);
  const [asked, setAsked] = useState<"accept" | "return" | null>(null);
  const [isPinning, setIsPinning] = useState(false);
  const [place, setPlace] = useState<{ frame: number; at: Point } | null>(null);
  const [areKeysShown, keysDialog] = useDisclosure(false);
  const decision = useDecision(set, project.id);

  const mayReview = project.role === "expert" || project.role === "admin";
  const mayDecide = obstacleOf(set, mayReview) === null;
  const remarks = set.issues;
  const pinHere = place !== null && place.frame === index ? place.at : null;

  const sceneOf = useCallback(
    (frame: number) => {
      const pins = pinsAt(remarks, frame);
      if (place !== null && place.frame === frame) {
        pins.push({ key: "new", number: remarks.length + 1, at: place.at, isResolved: false });
      }
      return { layers: layersOf(document, structures, frame, { hidden }), pins, overlay: "expert" };
    },
    [document, structures, hidden, remarks, place],
  );
  const seen = useMemo(() => ({ ...appearance, isHidden: isHeld }), [appearance, isHeld]);
  const tool = useMemo(
    () =>
      isPinning
        ? new PinTool((at) => {
            const frame = player.snapshot().index;
            if (at[0] < 0 || at[1] < 0 || at[0] > clip.width || at[1] > clip.height) return;
            setPlace({ frame, at });
            setIsPinning(false);
          })
        : null,
    [isPinning, player, clip],
  );

  const drawnFrames = useMemo(
    () => [...new Set(rows.flatMap((row) => row.keyframes.map((one) => one.frame)))],
    [rows],
  );
  const goToDrawn = (direction: 1 | -1) => {
    const beside = drawnFrames.filter((one) => (direction > 0 ? one > index : one < index));
    if (beside.length > 0) player.go(direction > 0 ? Math.min(...beside) : Math.max(...beside));
  };
  const pin = () => {
    player.pause();
    setIsPinning((before) => !before);
  };

  useKeys(
    (key) => {
      if (key === "h") setIsHeld(true);
      else if (key === "o") changeAppearance({ isOutlineOnly: !appearance.isOutlineOnly });
      else if (key === "a" && mayDecide) setAsked("accept");
      else if (key === "r" && mayDecide) setAsked("return");
      else if (key === "p" && mayDecide) pin();
      else if (key === "escape" && isPinning) setIsPinning(false);
      else if (key === ",") goToDrawn(-1);
      else if (key === ".") goToDrawn(1);
      else if (key === "?") keysDialog.open();
      else return zoomKey(stage, key) || playerKey(player, key);
      return true;
    },
    (key) => (key === "h" || key === "") && setIsHeld(false),
  );

  return (
    <div
      className={classes.page}
      data-testid="review"
      data-frame-index={index}
      data-save-state="saved"
    >
      <header className={classes.head}>
        <h1 className={classes.title}>{clip.title}</h1>
        <StateBadge state={set.state} />
        <Text size="sm" c="dimmed" visibleFrom="sm">
          {set.credit !== "" ? `Masks: ${set.credit}` : `By ${set.author?.name ?? "an expert"}`}
          {set.submitted_at !== null && `, submitted ${ago(set.submitted_at)}`}
        </Text>
        <div style={{ flex: 1 }} />
        <Tooltip label="Keys on this page (?)">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Keys on this page"
            onClick={keysDialog.open}
          >
            <IconKeyboard size={19} />
          </ActionIcon>
        </Tooltip>
      </header>
      <div className={classes.body} data-rail="none">
        <StageView
          clip={clip}
          frames={frames}
          sceneOf={sceneOf}
          appearance={seen}
          tool={tool}
          onReady={setStage}
        >
          <ZoomButtons stage={stage} />
        </StageView>
        <aside className={classes.side} aria-label="Decision, structures and remarks">
          <DecisionPanel
            set={set}
            mayReview={mayReview}
            decision={decision}
            asked={asked}
            onAsk={setAsked}
          />
          <ReviewedStructures
            structures={structures}
            document={document}
            frame={index}
            hidden={hidden}
            onHide={setHidden}
            onGo={(frame) => player.go(frame)}
          />
          <section className={classes.section} aria-label="Remarks">
            <h2 className={classes.heading}>Remarks</h2>
            <RemarkList remarks={remarks} onGo={(frame) => player.go(frame)} />
            {mayDecide && (
              <RemarkComposer
                setId={set.id}
                frame={index}
                place={pinHere}
                isPinning={isPinning}
                onPin={pin}
                onDone={() => setPlace(null)}
              />
            )}
            {!mayDecide && remarks.length === 0 && (
              <Text size="sm" c="dimmed">
                None.
              </Text>
            )}
          </section>
        </aside>
      </div>
      <footer className={classes.foot}>
        <Transport player={player}>
          <div style={{ flex: 1 }} />
          <ViewControls appearance={appearance} onChange={changeAppearance} />
        </Transport>
        <Timeline
          player={player}
          rows={rows}
          marks={[...new Set(remarks.map((remark) => remark.frame_index))]}
        />
      </footer>
      <KeysDialog isOpen={areKeysShown} onClose={keysDialog.close} keys={KEYS} />
    </div>
  );
}
