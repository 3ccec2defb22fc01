import { describe, expect, it } from "vitest";
import type { Fold } from "../api/types";
import { epochTotals, outlook, roughly, secondsLeft } from "./timeLeft";

const fold = (state: Fold["state"], epochCount: number, seconds = 6): Fold =>
  ({
    state,
    epochs: Array.from({ length: epochCount }, (_, number) => ({ number: number + 1, seconds })),
  }) as Fold;

describe("the time a run still takes", () => {
  it("adds up the folds that come one after another", () => {
    expect(secondsLeft([fold("done", 10), fold("running", 4), fold("queued", 0)], 10)).toBe(
      6 * (6 + 10),
    );
  });

  it("shares the work out among the folds that train side by side", () => {
    expect(secondsLeft([fold("running", 5), fold("running", 5)], 10)).toBe(6 * 5);
    expect(secondsLeft([fold("running", 9), fold("running", 1)], 10)).toBe(6 * 9);
  });

  it("is not guessed before the first epoch, and not owed after the last", () => {
    expect(secondsLeft([fold("running", 0), fold("queued", 0)], 10)).toBeNull();
    expect(secondsLeft([fold("done", 10), fold("failed", 3)], 10)).toBeNull();
  });

  it("is not thrown off by one slow first epoch", () => {
    const slow = fold("running", 5, 2);
    if (slow.epochs[0] !== undefined) slow.epochs[0].seconds = 90;
    expect(secondsLeft([slow], 10)).toBe(10);
  });

  it("is told in steps that fit what can be known", () => {
    expect([20, 61, 170, 1500, 4790, 7200].map(roughly)).toEqual([
      "less than a minute",
      "about 1 min",
      "about 3 min",
      "about 25 min",
      "about 1 h 20 min",
      "about 2 h",
    ]);
  });
});

describe("the outlook on a run", () => {
  it("counts a finished fold as whole, also where it stopped early", () => {
    expect(epochTotals([fold("done", 7), fold("running", 3)], 10)).toEqual({
      done: 13,
      planned: 20,
    });
  });

  it("says what is being waited for", () => {
    expect(outlook([fold("queued", 0)], 10)).toBe("0 of 10 epochs · waiting for a free worker");
    expect(outlook([fold("running", 0)], 10)).toMatch(/after the first epoch/);
    expect(outlook([fold("running", 5)], 10)).toBe(
      "5 of 10 epochs · less than a minute left, then the evaluation",
    );
    expect(outlook([fold("done", 10)], 10)).toMatch(/evaluated/);
  });
});
