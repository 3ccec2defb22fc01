import { ActionIcon, Group, Tooltip } from "@mantine/core";
import { useDisclosure, useDocumentTitle } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import {
  IconArrowLeft,
  IconChartBar,
  IconKeyboard,
  IconLayoutSidebarRight,
  IconMaximize,
  IconMinimize,
  IconPower,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useFullScreen } from "../annotator/page/useFullScreen";
import { keys } from "../api/keys";
import { endLiveSession, stopRecording } from "../api/live";
import type { LiveSession, Project } from "../api/types";
import { tellError } from "../parts/tell";
import { KeysDialog } from "./KeysDialog";
import { LiveStage } from "./LiveStage";
import classes from "./live.module.css";
import type { LiveView } from "./liveView";
import { ModelChoice } from "./ModelChoice";
import { RecordDialog } from "./RecordDialog";
import { RecordPanel } from "./RecordPanel";
import { ScalePanel } from "./ScalePanel";
import { ScannerCommands } from "./ScannerCommands";
import { StatisticsPanel } from "./StatisticsPanel";
import { StructureList } from "./StructureList";
import { useLiveKeys } from "./useLiveKeys";
import { useSnapshot } from "./useLiveView";
import { useLook } from "./useLook";
import { useScaleSetting } from "./useScaleSetting";

interface LiveRoomProps {
  project: Project;
  session: LiveSession;
  view: LiveView;
}

/** One session: the picture, and all that belongs to it. */
export function LiveRoom({ project, session, view }: LiveRoomProps) {
  useDocumentTitle(`Live: ${session.device_name} · Fascicle`);
  const queries = useQueryClient();
  const snapshot = useSnapshot(view);
  const look = useLook(view);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const [isFull, toggleFull] = useFullScreen();
  const [isPanelShown, panel] = useDisclosure(true);
  const [areFiguresShown, figures] = useDisclosure(false);
  const [areKeysShown, keysDialog] = useDisclosure(false);
  const [isRecordOpen, recordDialog] = useDisclosure(false);
  const mayCommand = project.role !== "trainee";
  const refresh = () => void queries.invalidateQueries({ queryKey: keys.liveSession(session.id) });

  const sending = useMutation({
    mutationFn: async ({ name, value }: { name: string; value: unknown }) => {
      const refusal = await view.connection.command(name, value);
      if (refusal !== null) throw new Error(refusal);
    },
    onError: (error) => tellError(error, "Not done"),
  });
  const stopping = useMutation({
    mutationFn: (recordingId: string) => stopRecording(recordingId),
    onError: (error) => tellError(error, "Not stopped"),
    onSettled: refresh,
  });
  const ending = useMutation({
    mutationFn: () => endLiveSession(session.id),
    onError: (error) => tellError(error, "Not ended"),
    onSettled: refresh,
  });
  const { recording } = session;
  const runningId =
    recording?.state === "recording" && recording.stop_asked_at === null ? recording.id : null;
  const hasPicture = snapshot.display === "live" || snapshot.display === "frozen";
  const send = (name: string, value: unknown) => sending.mutate({ name, value });
  const scaleSetting = useScaleSetting(snapshot.frameSize);
  const onEnd = () =>
    modals.openConfirmModal({
      title: "End this session for everyone?",
      children: "A recording that runs is kept. The bridge may begin a new session.",
      labels: { confirm: "End the session", cancel: "Go on" },
      confirmProps: { color: "red" },
      onConfirm: () => ending.mutate(),
    });

  useLiveKeys({
    hideAll: look.setAllHidden,
    isAllHidden: () => look.isAllHidden,
    toggleStructure: (place) => {
      const structure = snapshot.classes[place];
      if (structure !== undefined) look.toggle(structure.index);
    },
    toggleForm: () => look.setFilled(!look.isFilled),
    fade: (by) => look.setOpacity(look.opacity + by),
    fullScreen: toggleFull,
    togglePanel: panel.toggle,
    toggleFigures: figures.toggle,
    freeze: () => {
      const isAsked = mayCommand && hasPicture && snapshot.commands.includes("freeze");
      if (isAsked) send("freeze", snapshot.display !== "frozen");
    },
    record: () => {
      if (!mayCommand) return;
      if (runningId !== null) stopping.mutate(runningId);
      else if (hasPicture) recordDialog.open();
    },
    showKeys: keysDialog.open,
  });

  return (
    <div
      ref={setRoot}
      className={classes.room}
      data-full={isFull || undefined}
      data-testid="live-room"
    >
      <header className={classes.head}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label="Back to the live sessions"
          renderRoot={(props) => (
            <Link to="/projects/$projectId/live" params={{ projectId: project.id }} {...props} />
          )}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <h1 className={classes.title}>
          {session.device_name} <span>{session.source}</span>
        </h1>
        <p className={classes.research}>
          Research use only – not for diagnosis, not for guiding needles
        </p>
        <Group gap={2} ml="auto" wrap="nowrap">
          <Act label="Statistics (S)" isOn={areFiguresShown} onClick={figures.toggle}>
            <IconChartBar size={18} />
          </Act>
          <Act label="Keys (?)" onClick={keysDialog.open}>
            <IconKeyboard size={18} />
          </Act>
          <Act label="Panel (B)" isOn={isPanelShown} onClick={panel.toggle}>
            <IconLayoutSidebarRight size={18} />
          </Act>
          <Act label="Full screen (F)" isOn={isFull} onClick={toggleFull}>
            {isFull ? <IconMinimize size={18} /> : <IconMaximize size={18} />}
          </Act>
          {mayCommand && (
            <Act label="End the session" onClick={onEnd}>
              <IconPower size={18} />
            </Act>
          )}
        </Group>
      </header>
      <div className={classes.body} data-panel={isPanelShown || undefined}>
        {root !== null && (
          <LiveStage
            view={view}
            snapshot={snapshot}
            root={root}
            projectId={project.id}
            scaleSetting={scaleSetting}
          />
        )}
        {isPanelShown && (
          <aside className={classes.side} aria-label="About the picture">
            <StructureList snapshot={snapshot} look={look} />
            {areFiguresShown && <StatisticsPanel snapshot={snapshot} />}
            <ModelChoice session={session} snapshot={snapshot} mayCommand={mayCommand} />
            {mayCommand && snapshot.mayCommand && (
              <ScannerCommands snapshot={snapshot} isSending={sending.isPending} send={send} />
            )}
            {mayCommand && snapshot.mayCommand && snapshot.commands.includes("scale") && (
              <ScalePanel
                snapshot={snapshot}
                setting={scaleSetting}
                isSending={sending.isPending}
                send={(scale) => send("scale", scale)}
              />
            )}
            {mayCommand && (
              <RecordPanel
                session={session}
                snapshot={snapshot}
                hasPicture={hasPicture}
                isStopping={stopping.isPending}
                onRecord={recordDialog.open}
                onStop={() => runningId !== null && stopping.mutate(runningId)}
              />
            )}
          </aside>
        )}
      </div>
      <KeysDialog isOpen={areKeysShown} onClose={keysDialog.close} />
      {mayCommand && (
        <RecordDialog session={session} isOpen={isRecordOpen} onClose={recordDialog.close} />
      )}
    </div>
  );
}

interface ActProps {
  label: string;
  isOn?: boolean;
  onClick: () => void;
  children: React.ReactNode;
}

function Act({ label, isOn, onClick, children }: ActProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isOn ? "default" : "subtle"}
        color="gray"
        aria-label={label.replace(/ \(.\)$/, "")}
        aria-pressed={isOn}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
