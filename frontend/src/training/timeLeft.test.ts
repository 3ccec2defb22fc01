import { describe, expect, it } from "vitest";
import type { Fold } from "../api/types";
import { epochTotals, foldShare, outlook, roughly, secondsLeft } from "./timeLeft";

const fold = (state: Fold["state"], epochCount: number, seconds = 6): Fold =>
  ({
    index: 0,
    state,
    progress: 0,
    is_stranded: false,
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

  it("does not count on a worker that is gone", () => {
    expect(secondsLeft([fold("running", 5), stranded(1, 5)], 10)).toBe(6 * 10);
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

const stranded = (index: number, epochCount: number): Fold => ({
  ...fold("running", epochCount),
  index,
  is_stranded: true,
});

const outlookOf = (folds: Fold[], is_worker_missing = false): string =>
  outlook({ folds, epoch_count: 10, is_worker_missing });

describe("how far a fold is", () => {
  it("does not fall back to nothing while a worker takes it up again", () => {
    expect(foldShare({ ...fold("running", 5), progress: 0.01 }, 10)).toBeCloseTo(0.48);
    expect(foldShare({ ...fold("running", 5), progress: 0.53 }, 10)).toBe(0.53);
  });

  it("is nothing before the first epoch, and whole once it is done, also where it stopped early", () => {
    expect(foldShare(fold("queued", 0), 10)).toBe(0);
    expect(foldShare(fold("done", 7), 10)).toBe(1);
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
    expect(outlookOf([fold("queued", 0)])).toBe("0 of 10 epochs · waiting for a free worker");
    expect(outlookOf([fold("running", 0)])).toMatch(/after the first epoch/);
    expect(outlookOf([fold("running", 5)])).toBe(
      "5 of 10 epochs · less than a minute left, then the evaluation",
    );
    expect(outlookOf([fold("done", 10)])).toMatch(/evaluated/);
  });

  it("knows no time left where nobody trains", () => {
    expect(outlookOf([fold("queued", 5)])).toBe("5 of 10 epochs · waiting for a free worker");
  });

  it("names the folds whose workers are gone in place of the time left", () => {
    expect(outlookOf([fold("running", 5), stranded(1, 5)])).toBe(
      "10 of 20 epochs · Fold 2: Its worker is gone; it waits for another.",
    );
    expect(outlookOf([stranded(0, 5), stranded(1, 5)])).toBe(
      "10 of 20 epochs · Folds 1, 2: Their workers are gone; they wait for others.",
    );
  });

  it("says how to start a worker where there is none", () => {
    for (const folds of [[fold("queued", 5)], [stranded(0, 5)]]) {
      const said = outlookOf(folds, true);
      expect(said).toMatch(
        /^5 of 10 epochs · No worker trains at the moment: start one with “make/,
      );
      expect(said).not.toMatch(/left/);
    }
  });
});
