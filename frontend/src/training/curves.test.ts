import { describe, expect, it } from "vitest";
import type { Fold } from "../api/types";
import { diceCurve, lossCurve, runProgress } from "./curves";

const fold = (index: number, state: Fold["state"], losses: number[]): Fold =>
  ({
    index,
    state,
    progress: losses.length / 4,
    epochs: losses.map((loss, position) => ({
      number: position + 1,
      loss,
      held_out_loss: loss,
      held_out_dice: { nerve: 1 - loss, bone: null },
      seconds: 1,
    })),
  }) as unknown as Fold;

const folds = [fold(0, "running", [0.5, 0.4]), fold(1, "queued", [0.7])];

describe("curves", () => {
  it("leave a gap where a fold is not that far", () => {
    expect(lossCurve(folds)).toEqual([
      { epoch: 1, "Fold 1": 0.5, "Fold 2": 0.7 },
      { epoch: 2, "Fold 1": 0.4, "Fold 2": null },
    ]);
  });

  it("average the Dice over the folds that have one", () => {
    const [first, second] = diceCurve(folds, ["nerve", "bone"]);
    expect(first?.nerve).toBeCloseTo(0.4);
    expect(second?.nerve).toBeCloseTo(0.6);
    expect(first?.bone).toBeNull();
  });

  it("are empty before the first epoch", () => {
    expect(lossCurve([fold(0, "queued", [])])).toEqual([]);
    expect(runProgress([])).toBe(0);
  });
});
