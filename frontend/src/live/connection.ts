import { ApiError } from "../api/client";
import { ClockFilter } from "./clock";
import { type HubMessage, readHubMessage } from "./hubMessages";

/** As much of a WebSocket as is used. */
export interface Socket {
  binaryType: BinaryType;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

/** What the connection needs of the world; a test gives its own. */
export interface World {
  ticket(): Promise<{ hub: string; ticket: string }>;
  open(address: string): Socket;
  nowUs(): number;
  random(): number;
}

export interface Hearers {
  frame(message: ArrayBuffer, arrivedUs: number): void;
  control(message: HubMessage): void;
  changed(): void;
}

export type ConnectionState =
  | { readonly kind: "idle" }
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly sentence: string }
  /** Nothing more comes until a person acts. */
  | { readonly kind: "ended"; readonly sentence: string };

const PING_EVERY_MS = 2000;
const EARLY_PINGS_MS = [120, 300, 700];
/** The hub says something every second: silence this long is a cable pulled. */
const SILENT_AFTER_MS = 4000;
const OPEN_WITHIN_MS = 5000;
const FIRST_WAIT_MS = 250;
/** So that a hub which is started again shows pictures within three seconds. */
const LONGEST_WAIT_MS = 1500;
const LOGGED_OUT_WAIT_MS = 5000;
const COMMAND_WITHIN_MS = 6000;
/** A new ticket is shown in time over the open connection, so that the picture goes on: the hub
 * leaves a page whose ticket ran out some minutes ago, so that access taken back meanwhile ends.
 */
const RENEW_EVERY_MS = 75_000;
const NEW_TICKET = 4401;
const NO_MORE = "You may no longer watch this session, or it is gone.";

const CLOSED: Record<number, { sentence: string; isFinal?: boolean }> = {
  4400: { sentence: "The hub did not understand this page." },
  4401: { sentence: "The hub asked for a new ticket." },
  4403: { sentence: "You may no longer watch this session.", isFinal: true },
  4404: { sentence: "The hub does not know this session yet." },
  4408: { sentence: "The hub heard nothing from this page." },
  4500: { sentence: "The hub has a problem of its own." },
};

/** Asking again would not help. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && [403, 404, 409].includes(error.status);

/**
 * A viewer's connection to the hub: asks for a ticket, opens, answers pings of the clock, and comes
 * back by itself with growing, jittered waits until the session is over.
 */
export class LiveConnection {
  readonly clock = new ClockFilter();
  state: ConnectionState = { kind: "idle" };
  /** When anything last came from the hub, microseconds of this machine. */
  heardUs = 0;
  private socket: Socket | null = null;
  private attempts = 0;
  /** Grows with each try, so that answers to an older one change nothing. */
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  private renewal: ReturnType<typeof setInterval> | undefined;
  private early: ReturnType<typeof setTimeout>[] = [];
  private isVisible = true;
  private nextCommand = 0;
  private readonly commands = new Map<string, (error: string | null) => void>();

  constructor(
    private readonly world: World,
    private readonly hearers: Hearers,
  ) {}

  start(): void {
    if (this.state.kind === "idle" || this.state.kind === "ended") {
      this.attempts = 0;
      void this.connect();
    }
  }

  stop(): void {
    this.leave();
    this.become({ kind: "idle" });
  }

  /** Leave and come back, where what comes is of no use. */
  restart(sentence: string): void {
    if (this.state.kind === "open") this.lost(sentence);
  }

  /** A hidden page draws nothing and so acknowledges nothing. */
  setVisible(isVisible: boolean): void {
    this.isVisible = isVisible;
    if (isVisible && this.state.kind === "waiting") this.retry(0, this.state.sentence);
  }

  /** After drawing. */
  acknowledge(sequence: number, epoch: number, drawnUs: number): void {
    if (!this.isVisible) return;
    this.send({ type: "ack", sequence, epoch, drawn_us: Math.round(drawnUs) });
  }

  /** Resolves with null when the scanner has done it, else with a sentence. */
  command(name: string, value: unknown = null): Promise<string | null> {
    if (this.state.kind !== "open") return Promise.resolve("There is no connection to the hub.");
    const id = `c${this.nextCommand++}`;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle("The scanner did not answer."), COMMAND_WITHIN_MS);
      const settle = (error: string | null) => {
        clearTimeout(timer);
        this.commands.delete(id);
        resolve(error);
      };
      this.commands.set(id, settle);
      this.send({ type: "command", id, name, value });
    });
  }

  private async showNewTicket(): Promise<void> {
    const turn = this.turn;
    try {
      const { ticket } = await this.world.ticket();
      if (turn === this.turn) this.send({ type: "ticket", ticket });
    } catch (error) {
      // a site that is away, or a session to log in to again, is no reason to stop the picture yet
      if (turn === this.turn && isRefusal(error)) this.refused(error);
    }
  }

  private async connect(): Promise<void> {
    this.leave();
    const turn = this.turn;
    this.become({ kind: "connecting" });
    let given: { hub: string; ticket: string };
    try {
      given = await this.world.ticket();
    } catch (error) {
      if (turn === this.turn) this.refused(error);
      return;
    }
    if (turn !== this.turn) return;
    const address = `${given.hub}/live/view?ticket=${encodeURIComponent(given.ticket)}`;
    let socket: Socket;
    try {
      socket = this.world.open(address);
    } catch {
      this.lost("The hub's address cannot be opened.");
      return;
    }
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    const late = "The hub does not answer.";
    this.timer = setTimeout(() => this.lost(late), OPEN_WITHIN_MS);
    socket.onopen = () => turn === this.turn && this.opened();
    socket.onmessage = ({ data }) => turn === this.turn && this.heard(data);
    socket.onclose = ({ code, reason }) => turn === this.turn && this.closed(code, reason);
  }

  private opened(): void {
    clearTimeout(this.timer);
    this.clock.reset();
    this.heardUs = this.world.nowUs();
    this.become({ kind: "open" });
    this.ping();
    // the first answers come while the page is busy: the best of a few is near the truth at once
    this.early = EARLY_PINGS_MS.map((afterMs) => setTimeout(() => this.ping(), afterMs));
    this.beat = setInterval(() => {
      const silentMs = (this.world.nowUs() - this.heardUs) / 1000;
      if (silentMs > SILENT_AFTER_MS) this.lost("The hub has fallen silent.");
      else this.ping();
    }, PING_EVERY_MS);
    // apart from each other, so that pages opened together do not all ask in the same second
    const everyMs = RENEW_EVERY_MS * (0.75 + this.world.random() / 4);
    this.renewal = setInterval(() => void this.showNewTicket(), everyMs);
  }

  private heard(data: unknown): void {
    const nowUs = this.world.nowUs();
    this.heardUs = nowUs;
    if (data instanceof ArrayBuffer) {
      this.attempts = 0;
      this.hearers.frame(data, nowUs);
      return;
    }
    const message = typeof data === "string" ? readHubMessage(data) : null;
    if (message === null) return;
    if (message.type === "pong") {
      this.clock.add(message.t0, message.t1, message.t2, nowUs);
    } else if (message.type === "done") {
      this.commands.get(message.id)?.(message.error);
    } else {
      if (message.type === "error") this.commands.get(message.id)?.(message.detail);
      if (message.type === "hello") this.attempts = 0;
      this.hearers.control(message);
    }
  }

  private closed(code: number, reason: string): void {
    const known = CLOSED[code];
    const sentence = reason || known?.sentence || "The connection to the hub is lost.";
    if (known?.isFinal) this.end(sentence);
    else if (code === NEW_TICKET && this.attempts === 0) this.renew(sentence);
    else this.lost(sentence);
  }

  private refused(error: unknown): void {
    if (!(error instanceof ApiError)) this.lost("No ticket for the hub could be had.");
    else if (error.status === 401) this.retry(LOGGED_OUT_WAIT_MS, error.detail);
    else if (isRefusal(error)) this.end(error.status === 404 ? NO_MORE : error.detail);
    else this.lost(error.detail);
  }

  /** At once, as the hub is well; where it takes no ticket at all, the next time waits. */
  private renew(sentence: string): void {
    this.attempts += 1;
    this.retry(0, sentence);
  }

  private lost(sentence: string): void {
    const longest = Math.min(FIRST_WAIT_MS * 2 ** this.attempts, LONGEST_WAIT_MS);
    this.attempts += 1;
    // half to all of it, so that many pages do not come back at the same moment
    this.retry(longest * (0.5 + this.world.random() / 2), sentence);
  }

  private retry(afterMs: number, sentence: string): void {
    this.leave();
    this.become({ kind: "waiting", sentence });
    this.timer = setTimeout(() => void this.connect(), afterMs);
  }

  private end(sentence: string): void {
    this.leave();
    this.become({ kind: "ended", sentence });
  }

  private leave(): void {
    this.turn += 1;
    clearTimeout(this.timer);
    clearInterval(this.beat);
    clearInterval(this.renewal);
    for (const one of this.early) clearTimeout(one);
    const { socket } = this;
    this.socket = null;
    if (socket !== null) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    }
    for (const settle of [...this.commands.values()]) settle("The connection to the hub is lost.");
  }

  private become(state: ConnectionState): void {
    this.state = state;
    this.hearers.changed();
  }

  private ping(): void {
    this.send({ type: "ping", t0_us: Math.round(this.world.nowUs()) });
  }

  private send(message: Record<string, unknown>): void {
    if (this.state.kind === "open") this.socket?.send(JSON.stringify(message));
  }
}
