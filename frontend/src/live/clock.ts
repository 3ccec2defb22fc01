/**
 * The hub's clock as this browser knows it: four-stamp pings, of the last 16 the one with the least
 * round trip counts (the clock filter of RFC 5905, section 10).
 */

const KEPT = 16;

interface ClockSample {
  /** Hub's time minus ours, in microseconds. */
  readonly offsetUs: number;
  readonly roundTripUs: number;
}

/** Microseconds of this machine's wall clock, from a clock that does not jump while a page is open. */
export const wallUs = (): number => (performance.timeOrigin + performance.now()) * 1000;

export class ClockFilter {
  private readonly samples: ClockSample[] = [];

  /**
   * Take a ping's stamps in microseconds: sent here `t0`, received there `t1`, answered there `t2`,
   * back here `t3`. Stamps that no order of events explains are left out; returns whether they fit.
   */
  add(t0: number, t1: number, t2: number, t3: number): boolean {
    const roundTripUs = t3 - t0 - (t2 - t1);
    const isSense = [t0, t1, t2, t3].every(Number.isFinite) && t3 >= t0 && t2 >= t1;
    if (!isSense || roundTripUs < 0) return false;
    this.samples.push({ offsetUs: (t1 - t0 + (t2 - t3)) / 2, roundTripUs });
    if (this.samples.length > KEPT) this.samples.shift();
    return true;
  }

  /** Another hub may have another clock. */
  reset(): void {
    this.samples.length = 0;
  }

  get best(): ClockSample | null {
    return this.samples.reduce<ClockSample | null>(
      (least, each) => (least === null || each.roundTripUs < least.roundTripUs ? each : least),
      null,
    );
  }

  /** Of the newest ping, in milliseconds; null before the first answer. */
  get lastRoundTripMs(): number | null {
    const last = this.samples.at(-1);
    return last === undefined ? null : last.roundTripUs / 1000;
  }

  /** How far the offset may be from the truth: half the round trip. Null before the first answer. */
  get errorMs(): number | null {
    return this.best === null ? null : this.best.roundTripUs / 2000;
  }

  /**
   * Milliseconds since a stamp of the hub's clock, never less than none: a stamp that seems to come
   * from the future lies within the error of the clocks. Null while the hub's clock is not known.
   */
  ageMs(stampUs: number, nowUs: number): number | null {
    if (this.best === null || stampUs === 0) return null;
    return Math.max(0, (nowUs + this.best.offsetUs - stampUs) / 1000);
  }
}
