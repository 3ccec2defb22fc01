import { type DecodedFrame, decodeMessage } from "./decodeMessage";

export interface DecodeAnswer {
  /** Null for a message that could not be read. */
  readonly frame: DecodedFrame | null;
  /** What of it, or that all of it, could not be read. */
  readonly refusal: string | null;
}

interface Waiting {
  readonly message: ArrayBuffer;
  readonly arrivedUs: number;
}

/** Decodes one message at a time and, when it is late, goes on with the newest. */
export class NewestDecoder {
  private waiting: Waiting | null = null;
  private isAtWork = false;

  constructor(
    private readonly answer: (answer: DecodeAnswer) => void,
    private readonly nowUs: () => number,
  ) {}

  take(message: ArrayBuffer, arrivedUs: number): void {
    this.waiting = { message, arrivedUs };
    if (!this.isAtWork) void this.work();
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    while (this.waiting !== null) {
      const { message, arrivedUs } = this.waiting;
      this.waiting = null;
      try {
        const frame = await decodeMessage(message, arrivedUs, this.nowUs);
        this.answer({ frame, refusal: frame.maskRefusal });
      } catch (error) {
        const refusal = error instanceof Error ? error.message : "It could not be read.";
        this.answer({ frame: null, refusal });
      }
    }
    this.isAtWork = false;
  }
}
