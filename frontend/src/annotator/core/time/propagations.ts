import { type Contour, type Mask, parseShape } from "../../../geometry";
import { Store } from "../store";

export interface CarriedShape {
  readonly frame: number;
  readonly shape: Contour | Mask;
  /** The Dice to be expected, 0 to 1; null of the shape that is carried. */
  readonly confidence: number | null;
}

export interface PropagationRow {
  readonly id: string;
  readonly structure: string;
  readonly track: string;
  readonly source_frame: number;
  readonly last_frame: number;
  readonly state: string;
  readonly error: string;
  readonly stopped_because: string;
  readonly shapes?: readonly {
    readonly distance: number;
    readonly shape: unknown;
    readonly confidence: number;
  }[];
}

export interface PropagationWish {
  readonly track: string;
  readonly structure: string;
  readonly shape: Contour | Mask;
  readonly source_frame: number;
  readonly last_frame: number;
}

/** The server as propagation sees it. */
export interface PropagationServer {
  start(wish: PropagationWish): Promise<PropagationRow>;
  /** What is still open for the set. */
  open(): Promise<readonly PropagationRow[]>;
  /** With the shapes more than `after` frames from the source. */
  read(id: string, after: number): Promise<PropagationRow>;
  cancel(id: string): Promise<unknown>;
  close(id: string): Promise<unknown>;
}

export interface PropagationState {
  /** "" until the server has answered. */
  readonly id: string;
  readonly structure: string;
  readonly track: string;
  readonly sourceFrame: number;
  readonly lastFrame: number;
  readonly isRunning: boolean;
  /** In the order in which they came, away from the source. */
  readonly shapes: readonly CarriedShape[];
  /** Why it ended before the last frame, or what went wrong. */
  readonly reason: string;
  readonly isFailed: boolean;
}

const ENDED = new Set(["done", "failed", "cancelled"]);

/** At most one shape being carried on for the open set; what has come is shown, not kept. */
export class Propagations {
  readonly state = new Store<PropagationState | null>(null);
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isClosed = false;
  private failures = 0;

  constructor(
    private readonly server: PropagationServer,
    private readonly pauseMs = 350,
  ) {}

  /** Take up what was going on before the page was loaded again. */
  async resume(): Promise<void> {
    this.isClosed = false;
    const known = this.state.snapshot();
    if (known !== null) {
      if (known.isRunning && known.id !== "") await this.follow(known.id);
      return;
    }
    const [row] = await this.server.open().catch(() => []);
    if (row === undefined || this.isClosed || this.state.snapshot() !== null) return;
    this.state.set(begun(row));
    await this.follow(row.id);
  }

  async start(wish: PropagationWish): Promise<void> {
    this.stopAsking();
    const waiting = {
      ...begun({ ...wish, id: "", state: "queued", error: "", stopped_because: "" }),
    };
    this.state.set(waiting);
    try {
      const row = await this.server.start(wish);
      if (this.state.snapshot() !== waiting) {
        // given up before the server had answered
        await this.server.close(row.id);
        return;
      }
      this.state.set({ ...waiting, id: row.id });
      await this.follow(row.id);
    } catch (error) {
      if (this.state.snapshot() === waiting) this.state.set(null);
      throw error;
    }
  }

  /** Stop; what has come stays to be kept or not. */
  async cancel(): Promise<void> {
    const state = this.state.snapshot();
    if (state === null || !state.isRunning) return;
    if (state.id === "" || state.shapes.length === 0) {
      await this.close();
      return;
    }
    this.stopAsking();
    this.state.set({ ...state, isRunning: false, reason: "Stopped." });
    await this.server.cancel(state.id).catch(() => undefined);
  }

  /** Be done with it, kept or not. */
  async close(): Promise<void> {
    const state = this.state.snapshot();
    this.stopAsking();
    this.state.set(null);
    // what cannot be closed now is closed by the next start
    if (state !== null && state.id !== "") {
      await this.server.close(state.id).catch(() => undefined);
    }
  }

  /** The page goes away: the work goes on and is found again. */
  leave(): void {
    this.isClosed = true;
    this.stopAsking();
  }

  private async follow(id: string): Promise<void> {
    const before = this.state.snapshot();
    if (before?.id !== id || this.isClosed) return;
    try {
      const row = await this.server.read(id, before.shapes.length);
      this.failures = 0;
      this.take(id, row);
    } catch {
      this.failures += 1;
      if (this.failures > 20) this.fail(id, "The server cannot be reached.");
    }
    if (this.state.snapshot()?.id !== id || !this.state.snapshot()?.isRunning) return;
    if (this.isClosed) return;
    this.timer = setTimeout(() => void this.follow(id), this.pauseMs);
  }

  private take(id: string, row: PropagationRow): void {
    const state = this.state.snapshot();
    if (state?.id !== id || !state.isRunning) return;
    const direction = Math.sign(row.last_frame - row.source_frame);
    const more = (row.shapes ?? [])
      .filter((one) => one.distance > state.shapes.length)
      .map(
        (one): CarriedShape => ({
          frame: row.source_frame + direction * one.distance,
          shape: parseShape(one.shape) as Contour | Mask,
          confidence: one.confidence,
        }),
      );
    this.state.set({
      ...state,
      shapes: more.length === 0 ? state.shapes : [...state.shapes, ...more],
      isRunning: !ENDED.has(row.state),
      reason: row.error || row.stopped_because,
      isFailed: row.state === "failed",
    });
  }

  private fail(id: string, reason: string): void {
    const state = this.state.snapshot();
    if (state?.id === id) this.state.set({ ...state, isRunning: false, isFailed: true, reason });
  }

  private stopAsking(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

function begun(row: PropagationRow): PropagationState {
  return {
    id: row.id,
    structure: row.structure,
    track: row.track,
    sourceFrame: row.source_frame,
    lastFrame: row.last_frame,
    isRunning: true,
    shapes: [],
    reason: "",
    isFailed: false,
  };
}
