import { LiveConnection } from "./connection";
import type { DecodedFrame } from "./decodeMessage";
import type { DecodeThread } from "./decodeThread";
import { type Display, displayOf } from "./display";
import type { HubMessage } from "./hubMessages";
import { isCompletedBy, isNewer } from "./isNewer";
import type { Drawing, LiveWorld } from "./liveWorld";
import type { DecodeAnswer } from "./newestDecoder";
import type { Appearance } from "./overlay";
import type { ScreenParts } from "./screen";
import { type LiveSnapshot, ofPicture, sinceNewMs } from "./snapshot";
import { StageTimes } from "./stageTimes";
import { heard, NOTHING_TOLD, type Told } from "./told";

const WATCH_EVERY_MS = 100;
/** Figures are for reading, not for flickering. */
const TELL_EVERY_MS = 300;

/** One session on one screen, from ticket to painted picture. Knows no React. */
export class LiveView {
  readonly connection: LiveConnection;
  private readonly thread: DecodeThread;
  private readonly times = new StageTimes();
  private screen: Drawing | null = null;
  private root: HTMLElement | null = null;
  private newest: DecodedFrame | null = null;
  private drawn: DecodedFrame | null = null;
  private drawRequest = 0;
  private display: Display = "waiting";
  private told: Told = NOTHING_TOLD;
  private refusedInARow = 0;
  private look: Appearance = { opacity: 0.45, isFilled: true, hidden: new Set() };
  private readonly listeners = new Set<() => void>();
  private snapshot: LiveSnapshot;
  private toldMs = 0;
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(private readonly world: LiveWorld) {
    this.connection = new LiveConnection(world, {
      frame: (message, arrivedUs) => this.thread.take(message, arrivedUs),
      control: (message) => this.hear(message),
      changed: () => this.connectionChanged(),
    });
    this.thread = world.decoding((answer) => this.decoded(answer));
    this.watch = setInterval(() => this.lookAgain(), WATCH_EVERY_MS);
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
    this.screen = this.world.drawing(parts, this.told.classes, this.look);
    this.mark();
    // the hub waits for what came before there was a screen
    if (this.newest !== null) this.askToDraw();
    return () => {
      this.screen?.close();
      this.screen = null;
      this.root = null;
    };
  }

  setLook(look: Appearance): void {
    this.look = look;
    this.screen?.change(this.told.classes, look);
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
    this.told = { ...this.told, refusal };
    if (frame === null) {
      this.refusedInARow += 1;
      // what cannot be read cannot be acknowledged, and the hub sends no more than its window
      if (this.refusedInARow > 1) this.connection.restart(refusal ?? "Pictures cannot be read.");
      return;
    }
    this.refusedInARow = 0;
    const rival = this.newest ?? this.drawn;
    if (rival !== null && !isNewer(frame, rival) && !isCompletedBy(rival, frame)) {
      frame.picture.close();
      return;
    }
    this.newest?.picture.close();
    this.newest = frame;
    this.askToDraw();
  }

  private askToDraw(): void {
    if (this.drawRequest === 0) this.drawRequest = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.drawRequest = 0;
    const { newest: frame, screen } = this;
    if (frame === null || screen === null) return;
    this.newest = null;
    screen.draw(frame);
    const isAgain = this.drawn !== null && isCompletedBy(this.drawn, frame);
    this.drawn = frame;
    const drawnUs = this.world.nowUs();
    // how long a picture stood says nothing of its way here
    if (!isAgain) this.times.drawn(frame, drawnUs, this.connection.clock);
    this.judge(drawnUs);
    this.mark(drawnUs);
    this.connection.acknowledge(frame.sequence, frame.epoch, drawnUs);
    this.tell();
  }

  /** What may be shown now; structures leave with the signal. */
  private judge(nowUs: number): void {
    const { drawn, told } = this;
    const display = displayOf({
      source: told.source.state,
      isConnected: this.connection.state.kind === "open",
      sincePictureMs: drawn === null ? null : sinceNewMs(drawn, nowUs),
      isPictureAfterState: drawn !== null && drawn.arrivedUs > told.stateHeardUs,
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

  private lookAgain(): void {
    const nowUs = this.world.nowUs();
    this.judge(nowUs);
    this.mark(nowUs);
    this.tell();
  }

  private mark(nowUs = this.world.nowUs()): void {
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
    this.judge(this.world.nowUs());
    this.mark();
    this.tell(true);
  }

  private hear(message: HubMessage): void {
    const nowUs = this.world.nowUs();
    const before = this.told;
    this.told = heard(before, message, nowUs);
    if (this.told === before) return;
    if (this.told.classes !== before.classes) this.screen?.change(this.told.classes, this.look);
    this.judge(nowUs);
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
    const nowUs = this.world.nowUs();
    const { clock, state } = this.connection;
    return {
      ...this.told,
      ...ofPicture(this.drawn, this.display, this.told.classes, nowUs),
      connection: state,
      display: this.display,
      ageMs: this.ageMs(nowUs),
      clockErrorMs: clock.errorMs,
      roundTripMs: clock.lastRoundTripMs,
      figures: this.times.figures(nowUs),
    };
  }
}
