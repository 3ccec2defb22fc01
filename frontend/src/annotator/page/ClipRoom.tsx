import { ActionIcon, CloseButton, Tooltip } from "@mantine/core";
import { useDisclosure, useElementSize } from "@mantine/hooks";
import { IconCommand, IconKeyboard } from "@tabler/icons-react";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { Clip } from "../../api/types";
import type { Command } from "../commands/command";
import { type Gesture, VIEWING_GESTURES } from "../commands/gestures";
import { playerCommands } from "../commands/playerCommands";
import { type RoomActs, roomCommands, stoppingCommands } from "../commands/roomCommands";
import { viewCommands } from "../commands/viewCommands";
import type { Tool } from "../tools/tool";
import type { Appearance, Scene } from "../view/scene";
import type { Stage } from "../view/stage";
import { CalibrateDialog } from "./CalibrateDialog";
import { CommandPalette, palette } from "./CommandPalette";
import { KeysDialog } from "./KeysDialog";
import classes from "./page.module.css";
import { StageView } from "./StageView";
import { Timeline, type TimelineRow } from "./Timeline";
import type { KeyframeActs } from "./TimelineLane";
import { Transport } from "./Transport";
import type { TimelineMark } from "./timelineMarks";
import { useAppearance } from "./useAppearance";
import type { ClipFrames } from "./useClipFrames";
import { useCommands } from "./useCommands";
import { useFullScreen } from "./useFullScreen";
import { type MeasuringState, useMeasuring } from "./useMeasuring";
import { useRemap } from "./useRemap";
import { ViewControls } from "./ViewControls";
import { ZoomButtons } from "./ZoomButtons";

export interface ClipRoomProps {
  /** The room's name for tests, and what else they look for on its root. */
  name: string;
  data?: Readonly<Record<`data-${string}`, string | number>>;
  clip: Clip;
  frames: ClipFrames;
  sceneOf: (index: number) => Scene;
  initialAppearance?: Partial<Appearance>;
  tool?: Tool | null;
  rows: readonly TimelineRow[];
  marks?: readonly TimelineMark[];
  keyframeActs?: KeyframeActs | undefined;
  mayCalibrate?: boolean;
  /** Beside the clip's title, and at the far end of the same line. */
  beside?: ReactNode;
  acts?: ReactNode;
  notices?: ReactNode;
  rail?: ReactNode;
  side: ReactNode;
  sideLabel: string;
  /** What the room itself can do; it gets a shared key first. */
  commandsOf: (stage: Stage | null) => readonly Command[];
  gestures?: readonly Gesture[];
}

const NO_APPEARANCE: Partial<Appearance> = {};
const NO_GESTURES: readonly Gesture[] = [];

const Publish = createContext<(room: ClipRoomProps | null) => void>(() => undefined);

/**
 * Shows `opening` until a `ClipRoom` among the children says what it shows. Picture, player and
 * timeline stay the same elements, so a drag or a measurement that has begun goes on.
 */
export function RoomFrame({ opening, children }: { opening: ClipRoomProps; children: ReactNode }) {
  const [room, setRoom] = useState<ClipRoomProps | null>(null);
  return (
    <Publish.Provider value={setRoom}>
      <ClipLayout {...(room ?? opening)} />
      {children}
    </Publish.Provider>
  );
}

/** What a room shows in the frame around it. */
export function ClipRoom(props: ClipRoomProps) {
  const publish = useContext(Publish);
  useLayoutEffect(() => publish(props));
  useLayoutEffect(() => () => publish(null), [publish]);
  return null;
}

/** What every room with a clip has: picture, transport, timeline, view settings and keys. */
function ClipLayout(props: ClipRoomProps) {
  const { name, data, clip, frames, sceneOf, tool = null, rail, commandsOf } = props;
  const { player } = frames;
  const root = useRef<HTMLDivElement>(null);
  const [appearance, changeAppearance] = useAppearance(props.initialAppearance ?? NO_APPEARANCE);
  const [isHeld, setIsHeld] = useState(false);
  const [isNumberTyped, setIsNumberTyped] = useState(false);
  const [stage, setStage] = useState<Stage | null>(null);
  const [areKeysShown, keysDialog] = useDisclosure(false);
  const [isFull, toggleFull] = useFullScreen();
  const measuring = useMeasuring(clip.microns_per_pixel);
  const { ref: foot, height: footHeight } = useElementSize<HTMLElement>();
  const zoomTimeline = useRef<(factor: number) => void>(null);

  const seen = useMemo(
    () => ({ ...appearance, isHidden: appearance.isHidden || isHeld }),
    [appearance, isHeld],
  );
  const { over } = measuring;
  const scene = useCallback((frame: number) => over(sceneOf(frame)), [over, sceneOf]);

  const acts: RoomActs = {
    isMeasuring: measuring.mode !== "off",
    setMeasuring: (isOn) => measuring.setMode(isOn ? "measure" : "off"),
    isFull,
    toggleFull,
    hide: setIsHeld,
    typeNumber: () => setIsNumberTyped(true),
    zoomTimeline: (factor) => zoomTimeline.current?.(factor),
    showKeys: keysDialog.open,
    showPalette: palette.open,
  };
  const commands = [
    ...stoppingCommands(acts),
    ...commandsOf(stage),
    ...roomCommands(acts),
    ...viewCommands(changeAppearance, stage),
    ...playerCommands(player),
  ];
  const remap = useRemap();
  const repaint = () => stage?.invalidate();
  useCommands(commands, repaint, remap);
  // said without drawing the room anew: its parts follow the player by themselves
  useLayoutEffect(() => {
    const follow = () =>
      root.current?.setAttribute("data-frame-index", `${player.snapshot().index}`);
    follow();
    return player.subscribe(follow);
  }, [player]);
  // what is told at the window's lower edge shall not lie over the player
  useEffect(() => {
    const { style } = document.documentElement;
    style.setProperty("--room-foot", `${footHeight}px`);
    return () => {
      style.removeProperty("--room-foot");
    };
  }, [footHeight]);
  // a full screen has another size: what fitted shall fit again
  useEffect(() => {
    if (isFull) stage?.fit();
  }, [isFull, stage]);

  return (
    <div
      ref={root}
      className={classes.page}
      data-testid={name}
      data-full={isFull || undefined}
      {...data}
    >
      <div>
        <header className={classes.head}>
          <h1 className={classes.title}>{clip.title}</h1>
          {props.beside}
          <div style={{ flex: 1 }} />
          <Tooltip label="Find a command (Ctrl K)">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Find a command"
              aria-keyshortcuts="Control+K"
              onClick={palette.open}
            >
              <IconCommand size={18} />
            </ActionIcon>
          </Tooltip>
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
          {props.acts}
        </header>
        {props.notices}
      </div>
      <div className={classes.body} data-rail={rail ? undefined : "none"}>
        {rail}
        <StageView
          clip={clip}
          frames={frames}
          sceneOf={scene}
          appearance={seen}
          onAppearance={changeAppearance}
          tool={measuring.tool ?? tool}
          onReady={setStage}
        >
          <MeasuringHint measuring={measuring} hasScale={clip.microns_per_pixel !== null} />
          <ZoomButtons stage={stage} />
        </StageView>
        <aside className={classes.side} aria-label={props.sideLabel}>
          {props.side}
        </aside>
      </div>
      <footer ref={foot} className={classes.foot}>
        <Transport player={player} isNumberTyped={isNumberTyped} onNumberTyped={setIsNumberTyped}>
          <div style={{ flex: 1 }} />
          <ViewControls
            appearance={appearance}
            onChange={changeAppearance}
            measuring={measuring}
            mayCalibrate={props.mayCalibrate === true}
            onFullScreen={toggleFull}
          />
        </Transport>
        <Timeline
          frames={frames}
          tone={appearance.tone}
          rows={props.rows}
          marks={props.marks}
          acts={props.keyframeActs}
          zoomRef={zoomTimeline}
        />
      </footer>
      <KeysDialog
        isOpen={areKeysShown}
        onClose={keysDialog.close}
        commands={commands}
        remap={remap}
        gestures={[...(props.gestures ?? NO_GESTURES), ...VIEWING_GESTURES]}
      />
      <CommandPalette commands={commands} remap={remap} after={repaint} />
      <CalibrateDialog
        clipId={clip.id}
        places={measuring.places}
        onClose={() => measuring.setMode("off")}
      />
    </div>
  );
}

function MeasuringHint({ measuring, hasScale }: { measuring: MeasuringState; hasScale: boolean }) {
  const { mode, setMode } = measuring;
  if (mode === "off") return null;
  const words =
    mode === "calibrate"
      ? "Click two marks of the depth ruler in the picture."
      : hasScale
        ? "Click two places to measure between them."
        : "Click two places. The scale is not known: distances are in pixels.";
  return (
    <div className={classes.hint} role="status">
      {words}
      <CloseButton size="sm" aria-label="Stop measuring" onClick={() => setMode("off")} />
    </div>
  );
}
