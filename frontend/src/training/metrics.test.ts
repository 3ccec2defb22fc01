import { describe, expect, it } from "vitest";
import {
  figureOf,
  foldFiguresOf,
  meanOf,
  measuredCodes,
  orderedCodes,
  overallOf,
  singleFramesOf,
} from "./metrics";

const pooled = {
  iou: 0.7,
  pixel_accuracy: 0.99,
  intervals: { iou: [0.6, 0.8], pixel_accuracy: null },
  structures: {
    nerve: { f1: 0.9, dice: 0.8, iou: 0.7, intervals: { dice: [0.75, 0.85], f1: null } },
    vessel: { f1: null, dice: 0.6, iou: 0.5, intervals: {} },
  },
};
const run = {
  pooled,
  folds: {},
  over_folds: {
    iou: { mean: 0.69, deviation: 0.02 },
    structures: { nerve: { dice: { mean: 0.79, deviation: 0.03 } } },
  },
};

describe("figures", () => {
  it("are read alike from a run and from the model it made", () => {
    expect(figureOf(run, "nerve", "dice").value).toBe(figureOf(pooled, "nerve", "dice").value);
    expect(measuredCodes(pooled)).toEqual(["nerve", "vessel"]);
    const procedure = [{ code: "vessel" }, { code: "bone" }];
    expect(orderedCodes(pooled, procedure)).toEqual(["vessel", "nerve"]);
  });

  it("carry their interval, and the deviation over folds where there is one", () => {
    expect(figureOf(run, "nerve", "dice")).toEqual({
      value: 0.8,
      interval: [0.75, 0.85],
      mean: 0.79,
      deviation: 0.03,
    });
    expect(figureOf(pooled, "nerve", "dice").deviation).toBeNull();
    expect(overallOf(run).iou.interval).toEqual([0.6, 0.8]);
  });

  it("tell of how many frames a distance is the mean, also where that is not written out", () => {
    const spread = { lower: 0.2, median: 0.5, upper: 0.6, share_above_half: 0.4, images: 15 };
    const former = { iou_by_image: spread, distances_undefined: 5, hd95_px: 17.6, hd95_mm: 0.1 };
    const counted = { ...former, distances_defined: 10, distances_in_mm: 1 };
    const of = (nerve: object) => ({ structures: { nerve }, iou_by_image: { median: 0.7 } });
    expect(singleFramesOf(of(counted), "nerve").frames).toEqual({ shown: 15, both: 10, scaled: 1 });
    expect(singleFramesOf(of(former), "nerve")).toEqual({
      frames: { shown: 15, both: 10, scaled: null },
      lower: 0.2,
      median: 0.5,
      upper: 0.6,
      shareAboveHalf: 0.4,
    });
    expect(singleFramesOf(of(former), null)).toMatchObject({ median: 0.7, frames: null });
    expect(singleFramesOf(pooled, "nerve").frames).toBeNull();
  });

  it("are read fold by fold, ten after nine", () => {
    const distances = { distances_defined: 2, distances_undefined: 1, distances_in_mm: 0 };
    const nerve = { dice: 0.6, hd95_px: 4.5, hd95_mm: null, ...distances };
    const folds = {
      "10": { structures: { nerve } },
      "9": { structures: { nerve: { dice: 0.7 } } },
    };
    const rows = foldFiguresOf({ ...run, folds }, "nerve");
    expect(rows.map(({ fold }) => fold)).toEqual([9, 10]);
    expect(rows[0]).toMatchObject({ frames: null, values: { dice: 0.7, hd95_px: null } });
    expect(rows[1]).toMatchObject({
      frames: { shown: 3, both: 2, scaled: 0 },
      values: { dice: 0.6, hd95_px: 4.5, f1: null, hd95_mm: null },
    });
  });

  it("are missing, not nought, where nothing defines them", () => {
    expect(figureOf(run, "vessel", "f1").value).toBeNull();
    expect(figureOf({}, "nerve", "dice").value).toBeNull();
    expect(meanOf(run, "f1")).toBe(0.9);
    expect(meanOf({}, "f1")).toBeNull();
  });
});
