export interface Clock {
  now(): number; // milliseconds
  request(callback: () => void): number;
  cancel(handle: number): void;
}

const browserClock: Clock = {
  now: () => performance.now(),
  request: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

export interface PlayerState {
  readonly index: number;
  readonly isPlaying: boolean;
  readonly isLooping: boolean;
  readonly rate: number;
  /** True while playback stands still because the next frame is not here yet. */
  readonly isWaiting: boolean;
}

export interface PlayerParts {
  /** Presentation time of each frame in seconds, rising. */
  readonly times: readonly number[];
  /** Whether the picture of a frame can be shown now. */
  isReady(index: number): boolean;
  /** Called whenever another frame is wanted. */
  seek(index: number, direction: 1 | -1): void;
  readonly clock?: Clock;
}

/**
 * Chooses the frame to show. Plays by the clip's own presentation times: a slow screen leaves
 * frames out rather than slowing the clip, and playback waits, with its clock, for a missing frame.
 */
export class Player {
  private state: PlayerState = {
    index: 0,
    isPlaying: false,
    isLooping: true,
    rate: 1,
    isWaiting: false,
  };
  private readonly listeners = new Set<() => void>();
  private readonly clock: Clock;
  private handle: number | null = null;
  private last = 0;
  private position = 0;

  constructor(private readonly parts: PlayerParts) {
    this.clock = parts.clock ?? browserClock;
  }

  readonly snapshot = (): PlayerState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get frameCount(): number {
    return this.parts.times.length;
  }

  time(index: number): number {
    return this.parts.times[index] ?? 0;
  }

  /** Show a frame (clamped to the clip) and pause. */
  go(index: number): void {
    this.pause();
    this.show(index);
  }

  step(frames: number): void {
    this.go(this.state.index + frames);
  }

  toggle(): void {
    if (this.state.isPlaying) this.pause();
    else this.play(this.state.rate);
  }

  /** Play at `rate` times the clip's own speed; negative plays backwards. */
  play(rate = 1): void {
    if (this.frameCount < 2) return;
    const atEnd = rate > 0 ? this.state.index === this.frameCount - 1 : this.state.index === 0;
    if (atEnd) this.show(rate > 0 ? 0 : this.frameCount - 1);
    this.position = this.time(this.state.index);
    this.last = this.clock.now();
    this.change({ isPlaying: true, rate });
    if (this.handle === null) this.handle = this.clock.request(this.tick);
  }

  pause(): void {
    if (this.handle !== null) this.clock.cancel(this.handle);
    this.handle = null;
    if (this.state.isPlaying) this.change({ isPlaying: false, isWaiting: false });
  }

  loop(isLooping: boolean): void {
    this.change({ isLooping });
  }

  close(): void {
    this.pause();
    this.listeners.clear();
  }

  private readonly tick = (): void => {
    this.handle = null;
    if (!this.state.isPlaying) return;
    const now = this.clock.now();
    const elapsed = (now - this.last) / 1000;
    this.last = now;
    if (!this.state.isWaiting) this.advance(elapsed);
    if (this.state.isPlaying) this.follow();
    if (this.state.isPlaying) this.handle = this.clock.request(this.tick);
  };

  private advance(elapsed: number): void {
    const { rate, isLooping } = this.state;
    this.position += elapsed * rate;
    const first = this.time(0);
    const stop = this.endTime();
    if (this.position < stop && this.position >= first) return;
    if (!isLooping) {
      this.show(rate > 0 ? this.frameCount - 1 : 0);
      this.pause();
      return;
    }
    const span = stop - first;
    this.position = first + ((((this.position - first) % span) + span) % span);
  }

  /** Show the frame of the position, or wait for it while the earlier one stays on the screen. */
  private follow(): void {
    const index = this.indexAt(this.position);
    if (index === this.state.index || this.parts.isReady(index)) {
      if (this.state.isWaiting) this.change({ isWaiting: false });
      if (index !== this.state.index) this.show(index);
    } else if (!this.state.isWaiting) {
      this.change({ isWaiting: true });
      this.parts.seek(index, this.state.rate > 0 ? 1 : -1);
    }
  }

  /** When the last frame ends: it lasts as long as the frame before it. */
  private endTime(): number {
    const last = this.frameCount - 1;
    return this.time(last) + Math.max(this.time(last) - this.time(last - 1), 1e-3);
  }

  private indexAt(seconds: number): number {
    let low = 0;
    let high = this.frameCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.time(middle) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private show(index: number): void {
    const clamped = Math.max(0, Math.min(this.frameCount - 1, Math.round(index)));
    const isForward =
      clamped === this.state.index ? this.state.rate > 0 : clamped > this.state.index;
    this.change({ index: clamped });
    this.parts.seek(clamped, isForward ? 1 : -1);
  }

  private change(part: Partial<PlayerState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}
