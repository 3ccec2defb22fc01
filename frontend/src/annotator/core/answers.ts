import { Store } from "./store";

export type AnswerKind = "accepted" | "edited" | "rejected";

/** What a person made of the suggestion for a structure on a frame; null takes it back. */
export interface GivenAnswer {
  readonly structure: string;
  readonly frame: number;
  readonly answer: AnswerKind | null;
  /** How long it was in front of them before, in seconds; null when it never was. */
  readonly seconds: number | null;
}

type Send = (answers: readonly GivenAnswer[]) => Promise<unknown>;

const placeOf = (structure: string, frame: number) => `${structure} ${frame}`;
const RETRY_MS = 20_000;

/**
 * One person's answers to one suggestion: known at once here, sent behind the work. They are a
 * score of the model, not the work itself, which is in the set.
 */
export class SuggestionAnswers {
  readonly state = new Store<ReadonlyMap<string, GivenAnswer>>(new Map());
  private readonly waiting = new Map<string, GivenAnswer>();
  private shown: { readonly frame: number; readonly at: number } | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private isSending = false;

  constructor(
    private readonly send: Send,
    private readonly now: () => number = () => performance.now(),
    private readonly idleMs = 1000,
  ) {}

  /** Answers of earlier visits; what was given since stands. */
  load(earlier: readonly GivenAnswer[]): void {
    const known = new Map(earlier.map((one) => [placeOf(one.structure, one.frame), one]));
    for (const [place, one] of this.waiting) known.set(place, one);
    this.state.set(known);
  }

  /** The frame whose suggestions are now in front of the person. */
  show(frame: number): void {
    if (this.shown?.frame !== frame) this.shown = { frame, at: this.now() };
  }

  answerTo(structure: string, frame: number): AnswerKind | null {
    return this.state.snapshot().get(placeOf(structure, frame))?.answer ?? null;
  }

  give(structure: string, frames: readonly number[], answer: AnswerKind | null): void {
    const known = new Map(this.state.snapshot());
    for (const frame of frames) {
      const isShown = this.shown?.frame === frame;
      const waited = isShown && this.shown !== null ? (this.now() - this.shown.at) / 1000 : null;
      const seconds = answer === null || waited === null ? null : Math.round(waited * 10) / 10;
      const given = { structure, frame, answer, seconds };
      known.set(placeOf(structure, frame), given);
      this.waiting.set(placeOf(structure, frame), given);
    }
    this.state.set(known);
    this.later(this.idleMs);
  }

  async flush(): Promise<void> {
    if (this.isSending || this.waiting.size === 0) return;
    const sent = [...this.waiting].slice(0, 5000);
    this.isSending = true;
    try {
      await this.send(sent.map(([, one]) => one));
      for (const [place, one] of sent) {
        if (this.waiting.get(place) === one) this.waiting.delete(place);
      }
      if (this.waiting.size > 0) this.later(this.idleMs);
    } catch {
      this.later(RETRY_MS);
    } finally {
      this.isSending = false;
    }
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    void this.flush();
  }

  private later(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }
}
