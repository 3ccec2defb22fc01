import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { useSuggestion } from "../annotator/AnnotatorPage";
import { documentFromRows } from "../annotator/core/document";
import { inOrder, layersOf } from "../annotator/core/reading";
import { ClipRoom } from "../annotator/page/ClipRoom";
import { HistoryPanel, LookBackBanner } from "../annotator/page/history/HistoryPanel";
import { useLookBack } from "../annotator/page/history/useLookBack";
import classes from "../annotator/page/page.module.css";
import { PresenceBadge } from "../annotator/page/presence/PresenceBadge";
import { pinsAt, RemarkList } from "../annotator/page/RemarkList";
import { timelineMarks } from "../annotator/page/timelineMarks";
import { timelineRows } from "../annotator/page/timelineRows";
import { usePlayer } from "../annotator/page/useClipFrames";
import type { ReadableClip } from "../annotator/page/useReadableClip";
import type { AnnotationSetDetail } from "../annotator/queries";
import { ago } from "../format/text";
import type { Point } from "../geometry";
import { StateBadge } from "../parts/StateBadge";
import { nextChanged } from "./changes";
import { DecisionPanel, obstacleOf } from "./DecisionPanel";
import { DifferencePanel } from "./DifferencePanel";
import type { OtherReading } from "./otherReading";
import { PinTool } from "./pinTool";
import { RemarkComposer } from "./RemarkComposer";
import { ReviewedStructures } from "./ReviewedStructures";
import { reviewCommands } from "./reviewCommands";
import { useDecision } from "./useDecision";
import { useDifferences } from "./useDifferences";

interface ReviewRoomProps extends ReadableClip {
  set: AnnotationSetDetail;
  /** What the reading is compared with before all else. */
  other: OtherReading | null;
}

export function ReviewRoom({ clip, project, set, other, frames }: ReviewRoomProps) {
  const { player } = frames;
  const { index } = usePlayer(player);
  const structures = useMemo(() => inOrder(project.procedure.structures), [project]);
  const document = useMemo(
    () => documentFromRows(set.tracks, set.judgement),
    [set.tracks, set.judgement],
  );
  const suggestion = useSuggestion(clip.id);
  const differences = useDifferences(
    set,
    document,
    suggestion?.document ?? null,
    other,
    structures,
    clip,
  );
  const rows = useMemo(() => timelineRows(structures, document), [structures, document]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<"accept" | "return" | null>(null);
  const lookBack = useLookBack(set.id, structures, document);
  const [isHistoryShown, setIsHistoryShown] = useState(false);
  const [isPinning, setIsPinning] = useState(false);
  const [place, setPlace] = useState<{ frame: number; at: Point } | null>(null);
  const decision = useDecision(set, project.id);
  const navigate = useNavigate();

  const mayReview = project.role === "expert" || project.role === "admin";
  const mayDecide = obstacleOf(set, mayReview) === null;
  const remarks = set.issues;
  const pinHere = place !== null && place.frame === index ? place.at : null;

  const sceneOf = useCallback(
    (frame: number) => {
      const earlier = lookBack.scene(frame);
      if (earlier !== null) return earlier;
      const pins = pinsAt(remarks, frame);
      if (place !== null && place.frame === frame) {
        pins.push({ key: "new", number: remarks.length + 1, at: place.at, isResolved: false });
      }
      const shown = hidden.size === 0 ? differences.scene(frame) : null;
      const layers = shown?.layers ?? layersOf(document, structures, frame, { hidden });
      return { layers, ghosts: shown?.ghosts ?? [], pins, overlay: "expert" };
    },
    [document, structures, hidden, remarks, place, lookBack, differences],
  );
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
  const walk = (direction: 1 | -1) => {
    const frame = nextChanged(differences.changed, index, direction);
    if (frame !== null) player.go(frame);
  };
  const showHistory = (isWanted: boolean) => {
    setIsHistoryShown(isWanted);
    if (!isWanted) lookBack.look(null);
  };
  const goToCorrect = () =>
    void navigate({
      to: "/clips/$clipId/correct/$setId",
      params: { clipId: clip.id, setId: set.id },
      search: { frame: player.snapshot().index },
    });
  const pin = () => {
    player.pause();
    setIsPinning((before) => !before);
  };

  const marks = useMemo(
    () =>
      timelineMarks(
        remarks,
        document.judgement,
        differences.changed.map((one) => one.frame),
      ),
    [remarks, document.judgement, differences.changed],
  );
  const commands = reviewCommands({
    mayDecide,
    isPinning,
    ask: setAsked,
    pin,
    stopPinning: () => setIsPinning(false),
    goToDrawn,
    walk,
    correct: () => goToCorrect(),
    toggleHistory: () => showHistory(!isHistoryShown),
  });

  return (
    <ClipRoom
      name="review"
      data={{ "data-save-state": "saved" }}
      clip={clip}
      frames={frames}
      sceneOf={sceneOf}
      tool={tool}
      rows={rows}
      marks={marks}
      mayCalibrate={mayReview}
      beside={
        <>
          <StateBadge state={set.state} />
          <Text size="sm" c="dimmed" visibleFrom="sm">
            {set.credit !== "" ? `Masks: ${set.credit}` : `By ${set.author?.name ?? "an expert"}`}
            {set.submitted_at !== null && `, submitted ${ago(set.submitted_at)}`}
          </Text>
          <PresenceBadge setId={set.id} />
        </>
      }
      notices={<LookBackBanner lookBack={lookBack} />}
      acts={
        <Tooltip label="History of the work (Shift H)">
          <ActionIcon
            variant={isHistoryShown ? "light" : "subtle"}
            color={isHistoryShown ? "iris" : "gray"}
            aria-label="History of the work"
            aria-pressed={isHistoryShown}
            aria-keyshortcuts="Shift+H"
            onClick={() => showHistory(!isHistoryShown)}
          >
            <IconHistory size={19} />
          </ActionIcon>
        </Tooltip>
      }
      sideLabel="Decision, structures and remarks"
      side={
        <>
          {isHistoryShown && (
            <HistoryPanel
              setId={set.id}
              revision={set.revision}
              lookBack={lookBack}
              onClose={() => showHistory(false)}
            />
          )}
          <DecisionPanel
            set={set}
            mayReview={mayReview}
            decision={decision}
            asked={asked}
            onAsk={setAsked}
            onCorrect={goToCorrect}
          />
          <DifferencePanel
            differences={differences}
            structures={structures}
            frame={index}
            onWalk={walk}
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
            <RemarkList
              remarks={remarks}
              onGo={(frame) => player.go(frame)}
              setId={mayReview ? set.id : undefined}
            />
            {mayDecide && (
              <RemarkComposer
                setId={set.id}
                frame={index}
                frameCount={clip.frame_count}
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
        </>
      }
      commandsOf={() => commands}
    />
  );
}
