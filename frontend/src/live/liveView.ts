import { post } from "../api/client";
import type { LiveTicket } from "../api/types";
import { wallUs } from "./clock";
import { type ConnectionState, LiveConnection, type Socket } from "./connection";
import type { DecodedFrame, DecodedMask } from "./decodeMessage";
import { type DecodeThread, startDecodeThread } from "./decodeThread";
import { type Display, displayOf, type SourceState } from "./display";
import type { HubMessage, LiveClass, RecordingNow, RunningModel } from "./hubMessages";
import { isNewer } from "./isNewer";
import type { DecodeAnswer } from "./newestDecoder";
import type { Appearance } from "./overlay";
import { Screen, type ScreenParts } from "./screen";
import { type StageFigures, StageTimes } from "./stageTimes";

const WATCH_EVERY_MS = 100;
/** Figures are for reading, not for flickering. */
const TELL_EVERY_MS = 300;

/** What the page says beside the picture. */
export interface LiveSnapshot {
  readonly connection: ConnectionState;
  readonly display: Display;
  readonly source: { readonly kind: string; readonly state: SourceState; readonly reason: string };
  readonly classes: readonly LiveClass[];
  readonly model: RunningModel | null;
  readonly mayCommand: boolean;
  readonly commands: readonly string[];
  readonly recording: RecordingNow | null;
  /** Why the last recording stopped by itself; empty otherwise. */
  readonly recordingReason: string;
  readonly sourceFps: number;
  readonly viewers: number;
  readonly ageMs: number | null;
  readonly clockErrorMs: number | null;
  readonly roundTripMs: number | null;
  /** Wall clock of the last picture, milliseconds. */
  readonly lastPictureAt: number | null;
  /** Confidence by index of the classes in the picture, null = not told. Null without a mask. */
  readonly seen: ReadonlyMap<number, number | null> | null;
  readonly micronsPerPixel: number;
  readonly frameSize: { readonly width: number; readonly height: number } | null;
  readonly figures: StageFigures;
  readonly refusal: string | null;
}

/** One session on one screen, from ticket to painted picture. Knows no React. */
export class LiveView {
  readonly connection: LiveConnection;
  private readonly thread: DecodeThread;
  private readonly times = new StageTimes();
  private screen: Screen | null = null;
  private root: HTMLElement | null = null;
  private newest: DecodedFrame | null = null;
  private drawn: DecodedFrame | null = null;
  private drawnUs = 0;
  private drawRequest = 0;
  private display: Display = "waiting";
  private source: LiveSnapshot["source"] = { kind: "", state: "CONNECTING", reason: "" };
  private stateHeardUs = 0;
  private classes: readonly LiveClass[] = [];
  private model: RunningModel | null = null;
  private mayCommand = false;
  private commands: readonly string[] = [];
  private recording: RecordingNow | null = null;
  private recordingReason = "";
  private sourceFps = 0;
  private viewers = 0;
  private refusal: string | null = null;
  private refusedInARow = 0;
  private look: Appearance = { opacity: 0.45, isFilled: true, hidden: new Set() };
  private readonly listeners = new Set<() => void>();
  private snapshot: LiveSnapshot;
  private toldMs = 0;
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(sessionId: string) {
    this.connection = new LiveConnection(
      {
        ticket: () => post<LiveTicket>(`/api/live-sessions/${sessionId}/ticket/`),
        open: (address) => new WebSocket(address) as unknown as Socket,
        nowUs: wallUs,
        random: Math.random,
      },
      {
        frame: (message, arrivedUs) => this.thread.take(message, arrivedUs),
        control: (message) => this.told(message),
        changed: () => this.connectionChanged(),
      },
    );
    this.thread = startDecodeThread((answer) => this.decoded(answer));
    this.watch = setInterval(() => this.look100ms(), WATCH_EVERY_MS);
    document.addEventListener("visibilitychange", this.visibility);
    this.snapshot = this.taken();
    this.connection.start();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getSnapshot = (): LiveSnapshot => this.snapshot;

  /** Give it the elements to draw on; `root` carries what was drawn last as data attributes. */
  attach(root: HTMLElement, parts: ScreenParts): () => void {
    this.root = root;
    this.screen = new Screen(parts, this.classes, this.look);
    this.mark();
    return () => {
      this.screen?.close();
      this.screen = null;
      this.root = null;
    };
  }

  setLook(look: Appearance): void {
    this.look = look;
    this.screen?.change(this.classes, look);
  }

  /** Screen pixels per frame pixel. */
  get scale(): number {
    return this.screen?.scale ?? 0;
  }

  close(): void {
    clearInterval(this.watch);
    cancelAnimationFrame(this.drawRequest);
    document.removeEventListener("visibilitychange", this.visibility);
    this.connection.stop();
    this.thread.close();
    this.newest?.picture.close();
    this.newest = null;
    this.listeners.clear();
  }

  private readonly visibility = () => this.connection.setVisible(!document.hidden);

  private decoded({ frame, refusal }: DecodeAnswer): void {
    if (frame === null) {
      this.refusal = refusal;
      this.refusedInARow += 1;
      // what cannot be read cannot be acknowledged, and the hub sends no more than its window
      if (this.refusedInARow > 1) this.connection.restart(refusal ?? "Pictures cannot be read.");
      return;
    }
    this.refusedInARow = 0;
    this.refusal = refusal;
    const rival = this.newest ?? this.drawn;
    if (rival !== null && !isNewer(frame, rival)) {
      frame.picture.close();
      return;
    }
    this.newest?.picture.close();
    this.newest = frame;
    if (this.drawRequest === 0) this.drawRequest = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.drawRequest = 0;
    const { newest: frame, screen } = this;
    if (frame === null || screen === null) return;
    this.newest = null;
    screen.draw(frame);
    this.drawn = frame;
    this.drawnUs = wallUs();
    this.times.drawn(frame, this.drawnUs, this.connection.clock);
    this.judge(this.drawnUs);
    this.mark(this.drawnUs);
    this.connection.acknowledge(frame.sequence, frame.epoch, this.drawnUs);
    this.tell();
  }

  /** What may be shown now; structures leave with the signal. */
  private judge(nowUs: number): void {
    const { drawn, source } = this;
    const display = displayOf({
      source: source.state,
      isConnected: this.connection.state.kind === "open",
      sincePictureMs: drawn === null ? null : sinceNewMs(drawn, nowUs),
      isPictureAfterState: drawn !== null && drawn.arrivedUs > this.stateHeardUs,
      sinceHubMs: (nowUs - this.connection.heardUs) / 1000,
    });
    if (display === this.display) {
      // a picture drawn late, after the signal went
      if (display === "no-signal") this.screen?.removeStructures();
      return;
    }
    this.display = display;
    if (display === "no-signal") {
      this.screen?.removeStructures();
      this.times.interrupted();
    } else {
      // frozen after a break: the picture that stands keeps the mask that was made from it
      this.screen?.showStructures();
    }
    this.mark(nowUs);
    this.tell(true);
  }

  private look100ms(): void {
    const nowUs = wallUs();
    this.judge(nowUs);
    this.mark(nowUs);
    this.tell();
  }

  private mark(nowUs = wallUs()): void {
    if (this.root === null) return;
    const { dataset } = this.root;
    const age = this.ageMs(nowUs);
    const values = {
      state: this.display,
      ageMs: age === null ? "" : age.toFixed(1),
      sequence: this.drawn === null ? "" : String(this.drawn.sequence),
      epoch: this.drawn === null ? "" : String(this.drawn.epoch),
      connection: this.connection.state.kind,
    };
    for (const [name, value] of Object.entries(values)) {
      if (dataset[name] !== value) dataset[name] = value;
    }
  }

  private ageMs(nowUs: number): number | null {
    return this.drawn === null ? null : this.connection.clock.ageMs(this.drawn.tBridgeUs, nowUs);
  }

  private connectionChanged(): void {
    this.judge(wallUs());
    this.mark();
    this.tell(true);
  }

  private told(message: HubMessage): void {
    switch (message.type) {
      case "hello":
        this.source = { kind: message.source, state: message.state, reason: message.reason };
        this.stateHeardUs = wallUs();
        this.classes = message.classes;
        this.model = message.model;
        this.mayCommand = message.mayCommand;
        this.commands = message.commands;
        this.recording = message.recording;
        this.screen?.change(this.classes, this.look);
        break;
      case "state":
        this.source = { ...this.source, state: message.state, reason: message.reason };
        this.stateHeardUs = wallUs();
        break;
      case "model":
        this.model = message.model;
        if (message.classes !== null) this.classes = message.classes;
        this.screen?.change(this.classes, this.look);
        break;
      case "recording":
        this.recording = message.recording;
        this.recordingReason = message.recording === null ? message.reason : "";
        break;
      case "stats":
        this.sourceFps = message.sourceFps;
        this.viewers = message.viewers;
        break;
      case "error":
        this.refusal = message.detail;
        break;
      default:
        return;
    }
    this.judge(wallUs());
    this.tell(true);
  }

  private tell(isUrgent = false): void {
    const nowMs = performance.now();
    if (!isUrgent && nowMs - this.toldMs < TELL_EVERY_MS) return;
    this.toldMs = nowMs;
    this.snapshot = this.taken();
    for (const listener of this.listeners) listener();
  }

  private taken(): LiveSnapshot {
    const nowUs = wallUs();
    const { drawn } = this;
    const { clock, state } = this.connection;
    return {
      connection: state,
      display: this.display,
      source: this.source,
      classes: this.classes,
      model: this.model,
      mayCommand: this.mayCommand,
      commands: this.commands,
      recording: this.recording,
      recordingReason: this.recordingReason,
      sourceFps: this.sourceFps,
      viewers: this.viewers,
      ageMs: this.ageMs(nowUs),
      clockErrorMs: clock.errorMs,
      roundTripMs: clock.lastRoundTripMs,
      lastPictureAt: drawn === null ? null : nowUs / 1000 - sinceNewMs(drawn, nowUs),
      seen:
        drawn?.mask && this.display !== "no-signal" ? seenClasses(drawn.mask, this.classes) : null,
      micronsPerPixel: drawn?.micronsPerPixel ?? 0,
      frameSize: drawn === null ? null : { width: drawn.width, height: drawn.height },
      figures: this.times.figures(nowUs),
      refusal: this.refusal,
    };
  }
}

/**
 * Since the picture came to the hub, at least. Who joins is shown the last one there is, which may be
 * old; both stamps are the hub's own, so no clock need be known.
 */
function sinceNewMs(frame: DecodedFrame, nowUs: number): number {
  const heldUs = frame.tHubInUs > 0 ? Math.max(frame.tHubOutUs - frame.tHubInUs, 0) : 0;
  return (nowUs - frame.arrivedUs + heldUs) / 1000;
}

function seenClasses(mask: DecodedMask, classes: readonly LiveClass[]) {
  const confidences = new Map(classes.map(({ index }, place) => [index, mask.confidences[place]]));
  return new Map(
    mask.regions.map(({ index }) => {
      const sure = confidences.get(index);
      return [index, sure === undefined || Number.isNaN(sure) ? null : sure] as const;
    }),
  );
}
