import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useMemo } from "react";
import type { Project } from "../../api/types";
import { StateBadge } from "../../parts/StateBadge";
import { tellDone } from "../../parts/tell";
import { allCommands } from "../commands/allCommands";
import { DRAWING_GESTURES } from "../commands/gestures";
import { heatCommands } from "../commands/heatCommands";
import { nextClipCommand } from "../commands/queueCommands";
import { Annotator } from "../core/annotator";
import type { SetDocument } from "../core/document";
import type { AnnotationSession } from "../core/session";
import {
  type AnnotationSetDetail,
  type ClipDetail,
  type RankedFrame,
  rankedFramesQuery,
  type Suggestion,
} from "../queries";
import { CarryPanel } from "./CarryPanel";
import { ClipRoom } from "./ClipRoom";
import { DoubtList } from "./DoubtList";
import { HistoryPanel, LookBackBanner } from "./history/HistoryPanel";
import { useLookBack } from "./history/useLookBack";
import { JudgementPanel } from "./JudgementPanel";
import { LookingPanel } from "./LookingPanel";
import { Merge } from "./merge/MergeDialog";
import { ReturnedNotice, SavingNotices } from "./Notices";
import classes from "./page.module.css";
import { PresenceBadge } from "./presence/PresenceBadge";
import { pinsAt, RemarkList } from "./RemarkList";
import { HistoryButton, SaveBadge } from "./SaveBadge";
import { SideSection } from "./SideSection";
import { StructuresPanel } from "./StructuresPanel";
import { SubmitButton } from "./SubmitButton";
import { SuggestionPanel } from "./SuggestionPanel";
import { StoredGrey } from "./storedGrey";
import type { KeyframeActs } from "./TimelineLane";
import { ToolRail } from "./ToolRail";
import { timelineMarks } from "./timelineMarks";
import { timelineRows, withCarried } from "./timelineRows";
import { useActiveTime } from "./useActiveTime";
import { useAnswers } from "./useAnswers";
import type { ClipFrames } from "./useClipFrames";
import { useDoubtHeat } from "./useDoubtHeat";
import { useNextClip } from "./useNextClip";
import { usePaced } from "./usePaced";
import { useStore } from "./useStore";
import { useSuggestionStream } from "./useSuggestionStream";
import { useTimeDesk } from "./useTimeDesk";

const NOT_RANKED: readonly RankedFrame[] = [];

/** Whether two states differ in nothing but the frame shown. */
function isFrameAlone<State extends object>(before: State, now: State): boolean {
  const names = Object.keys(now) as (keyof State)[];
  return names.every((one) => one === "index" || one === "frame" || before[one] === now[one]);
}

interface AnnotatorRoomProps {
  clip: ClipDetail;
  project: Project;
  set: AnnotationSetDetail;
  session: AnnotationSession;
  frames: ClipFrames;
  suggestion: { row: Suggestion; document: SetDocument } | null;
  isReadOnly: boolean;
  /** In place of handing the work in. */
  closing?: ReactNode;
}

export function AnnotatorRoom(props: AnnotatorRoomProps) {
  const { clip, project, set, session, frames, suggestion, isReadOnly } = props;
  const { structures } = project.procedure;
  const answers = useAnswers(suggestion?.row.annotation_set ?? null, set.id);
  const annotator = useMemo(
    () =>
      new Annotator({
        session,
        structures,
        isReadOnly,
        answers,
        picture: new StoredGrey(clip.width, clip.height, frames.store),
        tell: tellDone,
      }),
    [session, structures, isReadOnly, answers, clip.width, clip.height, frames.store],
  );
  const { player } = frames;
  const { index } = usePaced(player, isFrameAlone);
  const state = usePaced(annotator.state, isFrameAlone);
  const { document, revision } = useStore(session.state);
  const saveState = useStore(session.outbox.state);
  const panel = useStore(session.panel);
  const lookBack = useLookBack(set.id, annotator.structures, document);

  const given = useStore(answers.state);
  const nextClip = useNextClip(project.id, clip.id);
  useActiveTime(clip.id, !isReadOnly);

  const stream = useSuggestionStream(clip.id);
  const streamed = useStore(stream.state);
  // an earlier suggestion stands until the new one is whole
  const suggested = suggestion?.document ?? streamed?.document ?? null;
  const confidence = suggestion?.row.confidence ?? null;
  useEffect(
    () => annotator.suggestions.set(suggested, confidence),
    [annotator, suggested, confidence],
  );
  const ranked = useQuery(rankedFramesQuery(suggestion?.row ?? null)).data ?? NOT_RANKED;
  useEffect(() => annotator.suggestions.rank(ranked), [annotator, ranked]);
  const heat = useDoubtHeat(suggestion?.row ?? null);
  const warm = useStore(heat.state);
  useEffect(() => answers.show(index), [answers, index]);
  useEffect(() => {
    // before React draws anew: a stroke begun on one frame must not end on the next
    const follow = () => annotator.show(player.snapshot().index);
    follow();
    return player.subscribe(follow);
  }, [annotator, player]);

  const remarks = set.issues;
  const rows = useMemo(
    () => timelineRows(annotator.structures, document, suggested),
    [annotator, document, suggested],
  );

  const time = useTimeDesk(annotator, session, frames, set.id);
  const carried = useStore(time.propagations.state);
  const timeRows = useMemo(
    () => (carried === null ? rows : withCarried(rows, carried.track, carried.shapes)),
    [rows, carried],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene is drawn from these
  const sceneOf = useCallback(
    (frame: number) => {
      const past = lookBack.scene(frame);
      if (past !== null) return past;
      const drawn = annotator.scene(frame, pinsAt(remarks, frame));
      const scene = { ...drawn, heat: heat.at(frame)?.picture ?? null };
      const shown = time.carriedAt(frame);
      if (shown === null) return scene;
      const colour = structures.find((one) => one.id === shown.structure)?.colour ?? "#ffffff";
      const ghost = { key: "carried", colour, shape: shown.shape };
      return { ...scene, ghosts: [...(scene.ghosts ?? []), ghost] };
    },
    [
      annotator,
      time,
      structures,
      remarks,
      state,
      document,
      carried,
      lookBack,
      given,
      suggested,
      warm,
    ],
  );
  const keyframeActs = useMemo(
    (): KeyframeActs => ({
      move: (track, from, to, isRipple) => time.moveKeyframe(track, from, to, isRipple),
      remove: (track, frame) => time.deleteKeyframeAt(track, frame),
    }),
    [time],
  );

  const marks = useMemo(
    () => timelineMarks(remarks, document.judgement),
    [remarks, document.judgement],
  );

  return (
    <ClipRoom
      name="annotator"
      data={{
        "data-save-state": saveState.kind,
        "data-revision": revision,
      }}
      clip={clip}
      frames={frames}
      sceneOf={sceneOf}
      tool={isReadOnly || lookBack.number !== null ? null : annotator.tools[state.tool]}
      rows={timeRows}
      keyframeActs={isReadOnly ? undefined : keyframeActs}
      marks={marks}
      mayCalibrate={project.role === "expert" || project.role === "admin"}
      beside={
        <>
          <StateBadge state={set.state} />
          <PresenceBadge setId={set.id} />
        </>
      }
      acts={
        !isReadOnly && (
          <>
            <SaveBadge state={saveState} />
            <HistoryButton session={session} />
            {props.closing ?? <SubmitButton set={set} session={session} projectId={project.id} />}
          </>
        )
      }
      notices={
        <>
          <ReturnedNotice set={set} />
          <SavingNotices session={session} />
          <Merge session={session} structures={structures} frames={frames} size={clip} />
          <LookBackBanner
            lookBack={lookBack}
            onRestore={
              isReadOnly
                ? undefined
                : () => {
                    if (lookBack.document === null) return;
                    session.restore(`Restore revision ${lookBack.number}`, lookBack.document);
                    lookBack.look(null);
                  }
            }
          />
          {isReadOnly && <ReadOnlyNotice set={set} />}
        </>
      }
      rail={
        !isReadOnly && (
          <ToolRail annotator={annotator} session={session} hasSuggestion={suggested !== null} />
        )
      }
      sideLabel="Structures, suggestion, judgement and remarks"
      side={
        <>
          {panel === "history" && (
            <HistoryPanel
              setId={set.id}
              revision={revision}
              lookBack={lookBack}
              onClose={() => {
                session.panel.set("none");
                lookBack.look(null);
              }}
            />
          )}
          <StructuresPanel annotator={annotator} document={document} frame={index} />
          <LookingPanel
            stream={stream}
            hasSuggestion={suggestion !== null}
            frameCount={clip.frame_count}
            mayAsk={!isReadOnly}
          />
          {suggestion !== null && (
            <>
              <SuggestionPanel
                annotator={annotator}
                suggestion={suggestion.row}
                frame={index}
                heat={heat}
              />
              {!isReadOnly && (
                <DoubtList annotator={annotator} onGo={(frame) => player.go(frame)} />
              )}
            </>
          )}
          {!isReadOnly && clip.frame_count > 1 && (
            <CarryPanel
              time={time}
              name={structures.find((one) => one.id === state.structure)?.name ?? null}
              nameOf={(id) => structures.find((one) => one.id === id)?.name ?? "Structure"}
              frame={index}
              onGo={(frame) => player.go(frame)}
            />
          )}
          {remarks.length > 0 && (
            <SideSection
              title="Remarks"
              count={remarks.filter((one) => one.resolved_at === null).length}
              folds="open"
            >
              <RemarkList
                remarks={remarks}
                onGo={(frame) => player.go(frame)}
                setId={isReadOnly ? undefined : set.id}
              />
            </SideSection>
          )}
          <JudgementPanel
            annotator={annotator}
            session={session}
            frame={index}
            frameCount={clip.frame_count}
          />
        </>
      }
      commandsOf={(stage) => [
        ...allCommands({ annotator, session, player, stage, time }),
        ...heatCommands(heat),
        nextClipCommand(nextClip),
      ]}
      gestures={isReadOnly ? undefined : DRAWING_GESTURES}
    />
  );
}

function ReadOnlyNotice({ set }: { set: AnnotationSetDetail }) {
  const why =
    set.state === "submitted"
      ? "Submitted and waiting for a colleague's review. It can be changed again when it comes back."
      : set.state === "accepted"
        ? "Accepted. It is part of what the models learn from and is not changed any more."
        : "You may look at this work but not change it.";
  return (
    <div className={classes.notice} role="note">
      {why}
    </div>
  );
}
