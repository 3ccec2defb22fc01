/** Without pointer or key for so long, a person is not at work. */
export const IDLE_MS = 30_000;
/** What is reported at once is at most this. */
const AT_MOST_S = 300;

/**
 * Counts the time someone is at work: from each pointer or key event on, at most 30 seconds unless
 * another follows, and only while the page is visible.
 */
export class ActiveClock {
  private counted = 0;
  /** When something was last done, and up to when time has been counted. */
  private last: number | null = null;
  private until = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Something was done. */
  touch(): void {
    this.settle();
    this.last = this.now();
    this.until = this.last;
  }

  /** The page is no longer seen. */
  hide(): void {
    this.settle();
    this.last = null;
  }

  /** Whole seconds since the last call; what is left over counts the next time. */
  take(): number {
    this.settle();
    const seconds = Math.min(AT_MOST_S, Math.floor(this.counted / 1000));
    this.counted -= seconds * 1000;
    return seconds;
  }

  /** Give back what could not be reported. */
  giveBack(seconds: number): void {
    this.counted += seconds * 1000;
  }

  private settle(): void {
    if (this.last === null) return;
    const end = Math.min(this.now(), this.last + IDLE_MS);
    this.counted += Math.max(0, end - this.until);
    this.until = end;
  }
}
