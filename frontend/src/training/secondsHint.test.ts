import { describe, expect, it } from "vitest";
import type { Snapshot, TrainingRun } from "../api/types";
import { secondsHint } from "./secondsHint";

const snapshots = [{ id: "s", frame_count: 100 }] as Snapshot[];
const runs = [
  {
    recipe: "unet",
    snapshot: "s",
    fold_count: 2,
    folds: [{ epochs: [{ seconds: 10 }, { seconds: 10 }] }],
  },
] as unknown as TrainingRun[];

describe("how long a run may take", () => {
  it("is scaled from earlier runs of the recipe", () => {
    // 10 s for 50 trained frames: 200 frames, each trained on by 4 of 5 folds, for 3 epochs.
    const planned = { recipe: "unet", frameCount: 200, foldCount: 5, epochCount: 3 };
    expect(secondsHint(planned, runs, snapshots)).toBeCloseTo(0.2 * 200 * 4 * 3);
  });

  it("is not guessed where no run of the recipe has been", () => {
    const planned = { recipe: "other", frameCount: 200, foldCount: 5, epochCount: 3 };
    expect(secondsHint(planned, runs, snapshots)).toBeNull();
  });
});
