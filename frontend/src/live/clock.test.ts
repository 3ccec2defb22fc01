import { describe, expect, it } from "vitest";
import { ClockFilter } from "./clock";

const ms = 1000;

/** A ping to a clock that is `ahead`, with the given times on the way there and back. */
function ping(clock: ClockFilter, at: number, ahead: number, there: number, back: number): boolean {
  const heard = at + there + ahead;
  return clock.add(at, heard, heard + 2 * ms, at + there + 2 * ms + back);
}

describe("the clock filter", () => {
  it("knows nothing before the first answer", () => {
    const clock = new ClockFilter();
    expect(clock.ageMs(5, 10)).toBeNull();
    expect(clock.errorMs).toBeNull();
  });

  it("finds the offset where both ways take the same", () => {
    const clock = new ClockFilter();
    expect(ping(clock, 1000 * ms, 90_000 * ms, 5 * ms, 5 * ms)).toBe(true);
    expect(clock.best?.offsetUs).toBe(90_000 * ms);
    expect(clock.ageMs(91_010 * ms, 1050 * ms)).toBe(40);
  });

  it("counts the sample of least round trip, and is never off by more than half of it", () => {
    const clock = new ClockFilter();
    ping(clock, 0, 500 * ms, 80 * ms, 2 * ms);
    ping(clock, 2000 * ms, 500 * ms, 3 * ms, 2 * ms);
    ping(clock, 4000 * ms, 500 * ms, 2 * ms, 60 * ms);
    expect(clock.errorMs).toBe(2.5);
    const off = Math.abs((clock.best?.offsetUs ?? 0) - 500 * ms) / 1000;
    expect(off).toBeLessThanOrEqual(2.5);
    expect(clock.lastRoundTripMs).toBe(62);
  });

  it("forgets what is older than sixteen pings, so that a clock which drifts is followed", () => {
    const clock = new ClockFilter();
    ping(clock, 0, 100 * ms, 0, 0);
    for (let round = 1; round <= 16; round++) ping(clock, round * 2000 * ms, 160 * ms, ms, ms);
    expect(clock.best?.offsetUs).toBe(160 * ms);
  });

  it("leaves out stamps that no order of events explains", () => {
    const clock = new ClockFilter();
    expect(clock.add(10, 20, 30, 5)).toBe(false);
    expect(clock.add(10, 30, 20, 40)).toBe(false);
    expect(clock.add(10, 100, 900, 40)).toBe(false);
    expect(clock.add(Number.NaN, 1, 2, 3)).toBe(false);
    expect(clock.best).toBeNull();
  });

  it("calls a stamp that seems to come from the future new, never of a negative age", () => {
    const clock = new ClockFilter();
    // the way back takes long: the offset is taken for smaller than it is
    ping(clock, 0, 500 * ms, 2 * ms, 40 * ms);
    const stamp = 1000 * ms + 500 * ms;
    expect(clock.ageMs(stamp, 1001 * ms)).toBe(0);
    expect(clock.ageMs(stamp, 1100 * ms)).toBeGreaterThan(0);
  });

  it("gives no age to a frame without a stamp", () => {
    const clock = new ClockFilter();
    ping(clock, 0, 0, ms, ms);
    expect(clock.ageMs(0, 10 * ms)).toBeNull();
  });
});
