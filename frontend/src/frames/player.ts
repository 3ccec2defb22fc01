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

/** Speeds to choose from, as parts of the clip's own. */
export const SPEEDS = [0.25, 0.5, 0.75, 1, 1.5, 2] as const;
/** Pressing the same shuttle key again doubles the speed, up to this. */
const FASTEST = 8;

/** Frames `first` to `last`, both played. */
export interface FrameRange {
  readonly first: number;
  readonly last: number;
}

export interface PlayerState {
  readonly index: number;
  readonly isPlaying: boolean;
  readonly isLooping: boolean;
  /** The speed it plays at now, negative backwards. */
  readonly rate: number;
  /** The speed chosen for playing. */
  readonly speed: number;
  /** The part that is played, or null for the whole clip. */
  readonly range: FrameRange | null;
  /** True while playback stands still because the next frame is not here yet. */
  readonly isWaiting: boolean;
}

export interface PlayerParts {
  /** Presentation time of each frame in seconds, rising; null until they are known. */
  readonly times: readonly number[] | null;
  /** How many frames there are, where the times are not known yet. */
  readonly frameCount?: number;
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
    speed: 1,
    range: null,
    isWaiting: false,
  };
  private readonly listeners = new Set<() => void>();
  private readonly clock: Clock;
  private times: readonly number[] | null;
  private handle: number | null = null;
  private last = 0;
  private position = 0;

  constructor(private readonly parts: PlayerParts) {
    this.times = parts.times;
    this.clock = parts.clock ?? browserClock;
  }

  readonly snapshot = (): PlayerState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get frameCount(): number {
    return this.times?.length ?? this.parts.frameCount ?? 0;
  }

  time(index: number): number {
    return this.times?.[index] ?? 0;
  }

  /** Say when each frame is shown: from then on the clip can be played. */
  setTimes(times: readonly number[]): void {
    this.times = times;
    this.change({});
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
    else this.play(this.state.speed);
  }

  /** The J and L keys: play in a direction; already playing that way, twice as fast. */
  shuttle(direction: 1 | -1): void {
    const { isPlaying, rate, speed } = this.state;
    const isFaster = isPlaying && Math.sign(rate) === direction;
    this.play(isFaster ? direction * Math.min(FASTEST, 2 * Math.abs(rate)) : direction * speed);
  }

  /** Choose the speed of playing, also of what plays now. */
  setSpeed(speed: number): void {
    this.change({ speed });
    if (this.state.isPlaying) this.play(Math.sign(this.state.rate) * speed);
  }

  /** Play at `rate` times the clip's own speed; negative plays backwards. */
  play(rate = this.state.speed): void {
    const { first, last } = this.bounds();
    if (last <= first || this.times === null) return;
    const { index } = this.state;
    const isOutside = index < first || index > last;
    const isAtEnd = rate > 0 ? index === last : index === first;
    this.change({ rate });
    if (isOutside || (isAtEnd && !this.state.isPlaying)) this.show(rate > 0 ? first : last);
    this.position = this.time(this.state.index);
    this.last = this.clock.now();
    this.change({ isPlaying: true });
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

  /** Play only from one frame to another (in either order), or the whole clip again. */
  setRange(range: FrameRange | null): void {
    if (range === null) {
      this.change({ range: null });
      return;
    }
    const first = this.clamped(Math.min(range.first, range.last));
    const last = this.clamped(Math.max(range.first, range.last));
    const isWhole = first === 0 && last === this.frameCount - 1;
    this.change({ range: isWhole || first === last ? null : { first, last } });
  }

  /** Begin the played part at the frame shown. */
  markIn(): void {
    const { index } = this.state;
    const { last } = this.bounds();
    this.setRange({ first: index, last: last > index ? last : this.frameCount - 1 });
  }

  /** End the played part at the frame shown. */
  markOut(): void {
    const { index } = this.state;
    const { first } = this.bounds();
    this.setRange({ first: first < index ? first : 0, last: index });
  }

  close(): void {
    this.pause();
    this.listeners.clear();
  }

  private bounds(): FrameRange {
    return this.state.range ?? { first: 0, last: this.frameCount - 1 };
  }

  private clamped(index: number): number {
    return Math.max(0, Math.min(this.frameCount - 1, Math.round(index)));
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
    const { first, last } = this.bounds();
    this.position += elapsed * rate;
    const start = this.time(first);
    const stop = this.endTime(last);
    if (this.position < stop && this.position >= start) return;
    if (!isLooping) {
      this.show(rate > 0 ? last : first);
      this.pause();
      return;
    }
    const span = stop - start;
    this.position = start + ((((this.position - start) % span) + span) % span);
  }

  /** Show the frame of the position, or wait for it while the earlier one stays on the screen. */
  private follow(): void {
    const { first, last } = this.bounds();
    const index = Math.min(last, Math.max(first, this.indexAt(this.position)));
    if (index === this.state.index || this.parts.isReady(index)) {
      if (this.state.isWaiting) this.change({ isWaiting: false });
      if (index !== this.state.index) this.show(index);
    } else if (!this.state.isWaiting) {
      this.change({ isWaiting: true });
      this.parts.seek(index, this.state.rate > 0 ? 1 : -1);
    }
  }

  /** When a frame ends: with the next one; the last lasts as long as the frame before it. */
  private endTime(index: number): number {
    if (index < this.frameCount - 1) return this.time(index + 1);
    return this.time(index) + Math.max(this.time(index) - this.time(index - 1), 1e-3);
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
    const clamped = this.clamped(index);
    const { isPlaying, rate, index: before } = this.state;
    // a loop that begins again still travels the way it plays
    const isForward = isPlaying || clamped === before ? rate > 0 : clamped > before;
    this.change({ index: clamped });
    this.parts.seek(clamped, isForward ? 1 : -1);
  }

  private change(part: Partial<PlayerState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of this.listeners) listener();
  }
}
