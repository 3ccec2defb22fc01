import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKeyboard } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { keys } from "../../api/keys";
import type { Project } from "../../api/types";
import { StateBadge } from "../../parts/StateBadge";
import { tellDone, tellError } from "../../parts/tell";
import { Annotator } from "../core/annotator";
import type { SetDocument } from "../core/document";
import type { AnnotationSession } from "../core/session";
import {
  type AnnotationSetDetail,
  type ClipDetail,
  resolveRemark,
  type Suggestion,
} from "../queries";
import type { Stage } from "../view/stage";
import { ANNOTATOR_KEYS, annotatorKey } from "./annotatorKeys";
import { KeysDialog } from "./KeysDialog";
import { ReturnedNotice, SavingNotices } from "./Notices";
import classes from "./page.module.css";
import { pinsAt, RemarkList } from "./RemarkList";
import { SaveBadge } from "./SaveBadge";
import { StageView } from "./StageView";
import { StructuresPanel } from "./StructuresPanel";
import { SubmitButton } from "./SubmitButton";
import { SuggestionPanel } from "./SuggestionPanel";
import { Timeline } from "./Timeline";
import { ToolRail } from "./ToolRail";
import { Transport } from "./Transport";
import { timelineRows } from "./timelineRows";
import { useAppearance } from "./useAppearance";
import { type ClipFrames, usePlayer } from "./useClipFrames";
import { useKeys } from "./useKeys";
import { useStore } from "./useStore";
import { ViewControls } from "./ViewControls";
import { ZoomButtons } from "./ZoomButtons";

interface AnnotatorRoomProps {
  clip: ClipDetail;
  project: Project;
  set: AnnotationSetDetail;
  session: AnnotationSession;
  frames: ClipFrames;
  suggestion: { row: Suggestion; document: SetDocument } | null;
  isReadOnly: boolean;
}

export function AnnotatorRoom(props: AnnotatorRoomProps) {
  const { clip, project, set, session, frames, suggestion, isReadOnly } = props;
  const { structures } = project.procedure;
  const annotator = useMemo(
    () => new Annotator({ session, structures, isReadOnly, tell: tellDone }),
    [session, structures, isReadOnly],
  );
  const { player } = frames;
  const { index } = usePlayer(player);
  const state = useStore(annotator.state);
  const { document } = useStore(session.state);
  const saveState = useStore(session.outbox.state);
  const [appearance, changeAppearance] = useAppearance();
  const [isHeld, setIsHeld] = useState(false);
  const [stage, setStage] = useState<Stage | null>(null);
  const [areKeysShown, keysDialog] = useDisclosure(false);
  const queries = useQueryClient();

  useEffect(() => annotator.setSuggestion(suggestion?.document ?? null), [annotator, suggestion]);
  useEffect(() => annotator.show(index), [annotator, index]);

  const remarks = set.issues;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scene is drawn from these
  const sceneOf = useCallback(
    (frame: number) => annotator.scene(frame, pinsAt(remarks, frame)),
    [annotator, remarks, state, document],
  );
  const seen = useMemo(
    () => ({ ...appearance, isHidden: appearance.isHidden || isHeld }),
    [appearance, isHeld],
  );
  const rows = useMemo(
    () => timelineRows(annotator.structures, document, suggestion?.document ?? null),
    [annotator, document, suggestion],
  );

  useKeys(
    (key) => {
      if (key === "h") setIsHeld(true);
      else if (key === "o") changeAppearance({ isOutlineOnly: !appearance.isOutlineOnly });
      else {
        const targets = { annotator, session, player, stage, showKeys: keysDialog.open };
        return annotatorKey(targets, key);
      }
      return true;
    },
    (key) => (key === "h" || key === "") && setIsHeld(false),
  );

  const resolve = async (id: string) => {
    try {
      await resolveRemark(id);
      await queries.invalidateQueries({ queryKey: keys.annotationSet(set.id) });
    } catch (error) {
      tellError(error, "The remark was not settled");
    }
  };

  return (
    <div
      className={classes.page}
      data-testid="annotator"
      data-frame-index={index}
      data-save-state={saveState.kind}
      data-revision={session.state.snapshot().revision}
    >
      <div>
        <header className={classes.head}>
          <h1 className={classes.title}>{clip.title}</h1>
          <StateBadge state={set.state} />
          <div style={{ flex: 1 }} />
          {!isReadOnly && <SaveBadge state={saveState} />}
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
          {!isReadOnly && <SubmitButton set={set} session={session} projectId={project.id} />}
        </header>
        <ReturnedNotice set={set} />
        <SavingNotices session={session} />
        {isReadOnly && <ReadOnlyNotice set={set} />}
      </div>
      <div className={classes.body} data-rail={isReadOnly ? "none" : undefined}>
        {!isReadOnly && (
          <ToolRail annotator={annotator} session={session} hasSuggestion={suggestion !== null} />
        )}
        <StageView
          clip={clip}
          frames={frames}
          sceneOf={sceneOf}
          appearance={seen}
          tool={isReadOnly ? null : annotator.tools[state.tool]}
          onReady={setStage}
        >
          <ZoomButtons stage={stage} />
        </StageView>
        <aside className={classes.side} aria-label="Structures, suggestion and remarks">
          <StructuresPanel annotator={annotator} document={document} frame={index} />
          {suggestion !== null && (
            <SuggestionPanel annotator={annotator} suggestion={suggestion.row} frame={index} />
          )}
          <section className={classes.section} aria-label="Remarks">
            <h2 className={classes.heading}>Remarks</h2>
            {remarks.length === 0 ? (
              <Text size="sm" c="dimmed">
                None. A reviewer pins remarks to frames here.
              </Text>
            ) : (
              <RemarkList
                remarks={remarks}
                onGo={(frame) => player.go(frame)}
                onResolve={isReadOnly ? undefined : (remark) => void resolve(remark.id)}
              />
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
      <KeysDialog isOpen={areKeysShown} onClose={keysDialog.close} keys={ANNOTATOR_KEYS} />
    </div>
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
