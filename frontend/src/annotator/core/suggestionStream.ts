import { readShape } from "../../geometry";
import { EMPTY_DOCUMENT, type Keyframe, type SetDocument, type Track } from "./document";
import { Store } from "./store";

/** A shape from this frame on; its stored bytes in base64. */
interface BegunShape {
  readonly structure: string;
  readonly confidence: number | null;
  readonly shape: string;
}

/** A model that looks at the clip, as `/api/preannotations/` tells it. */
export interface Look {
  readonly id: string;
  readonly state: string;
  readonly progress: number;
  readonly message: string;
  readonly error: string;
  /** What was not told before; not in lists. */
  readonly frames?: readonly { readonly frame: number; readonly shapes: readonly BegunShape[] }[];
}

export interface LookServer {
  start(): Promise<{ readonly id: string }>;
  open(): Promise<readonly Look[]>;
  read(id: string, after: number): Promise<Look>;
  cancel(id: string): Promise<unknown>;
}

export interface StreamState {
  readonly id: string;
  readonly isRunning: boolean;
  readonly progress: number;
  readonly message: string;
  readonly error: string;
  readonly framesSeen: number;
  /** What the model has said so far. */
  readonly document: SetDocument;
}

const ENDED = new Set(["done", "failed", "cancelled"]);
const AWAY_AFTER = 20;

/** Follows a model that looks at the open clip, and shows what it sees as it sees it. */
export class SuggestionStream {
  readonly state = new Store<StreamState | null>(null);
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isLeft = false;
  private failures = 0;

  constructor(
    private readonly server: LookServer,
    /** The suggestion is written: fetch it; what was streamed stands until it is there. */
    private readonly done: () => Promise<unknown>,
    private readonly pauseMs = 400,
  ) {}

  /** Take up what was begun before, here or elsewhere. */
  async resume(): Promise<void> {
    this.isLeft = false;
    const known = this.state.snapshot();
    if (known !== null) {
      if (known.isRunning) await this.follow(known.id);
      return;
    }
    const [look] = await this.server.open().catch(() => []);
    if (look === undefined || this.isLeft || this.state.snapshot() !== null) return;
    this.begin(look.id);
    await this.follow(look.id);
  }

  /** Ask the promoted model; throws when the server refuses. */
  async start(): Promise<void> {
    const { id } = await this.server.start();
    if (this.isLeft) return;
    this.begin(id);
    await this.follow(id);
  }

  async cancel(): Promise<void> {
    const state = this.state.snapshot();
    this.dismiss();
    if (state?.isRunning) await this.server.cancel(state.id);
  }

  /** Show no more of it. */
  dismiss(): void {
    this.stopAsking();
    this.state.set(null);
  }

  /** The page goes away; the model looks on. */
  leave(): void {
    this.isLeft = true;
    this.stopAsking();
  }

  private begin(id: string): void {
    this.stopAsking();
    this.failures = 0;
    this.state.set({
      id,
      isRunning: true,
      progress: 0,
      message: "",
      error: "",
      framesSeen: 0,
      document: EMPTY_DOCUMENT,
    });
  }

  private async follow(id: string): Promise<void> {
    const before = this.state.snapshot();
    if (before?.id !== id || this.isLeft) return;
    try {
      const look = await this.server.read(id, before.framesSeen);
      this.failures = 0;
      await this.take(id, look);
    } catch {
      this.failures += 1;
      if (this.failures > AWAY_AFTER) this.end(id, "The server cannot be reached.");
    }
    const state = this.state.snapshot();
    if (state?.id !== id || !state.isRunning || this.isLeft) return;
    this.timer = setTimeout(() => void this.follow(id), this.pauseMs);
  }

  private async take(id: string, look: Look): Promise<void> {
    const state = this.state.snapshot();
    if (state?.id !== id || !state.isRunning) return;
    const frames = (look.frames ?? []).filter((one) => one.frame >= state.framesSeen);
    this.state.set({
      ...state,
      progress: look.progress,
      message: look.message,
      framesSeen: (frames.at(-1)?.frame ?? state.framesSeen - 1) + 1,
      document: frames.length === 0 ? state.document : withFrames(state.document, frames),
    });
    if (!ENDED.has(look.state)) return;
    if (look.state !== "done") {
      this.end(id, look.error || "The model was stopped.");
      return;
    }
    await this.done();
    if (this.state.snapshot()?.id === id) this.dismiss();
  }

  private end(id: string, error: string): void {
    const state = this.state.snapshot();
    if (state?.id === id) this.state.set({ ...state, isRunning: false, error });
  }

  private stopAsking(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}

/** Each structure has one track, which bears the structure's id. */
function withFrames(document: SetDocument, frames: NonNullable<Look["frames"]>): SetDocument {
  const more = new Map<string, Keyframe[]>();
  for (const { frame, shapes } of frames) {
    for (const { structure, confidence, shape } of shapes) {
      const keyframe: Keyframe = {
        frame_index: frame,
        shape: readShape(bytesOf(shape)),
        source: "model",
        confidence,
      };
      const list = more.get(structure);
      if (list === undefined) more.set(structure, [keyframe]);
      else list.push(keyframe);
    }
  }
  const tracks = new Map<string, Track>(document.tracks);
  for (const [structure, keyframes] of more) {
    const before = tracks.get(structure)?.keyframes ?? [];
    tracks.set(structure, { id: structure, structure, keyframes: [...before, ...keyframes] });
  }
  return { ...document, tracks };
}

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
