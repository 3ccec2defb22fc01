import { describe, expect, it } from "vitest";
import { figureOf, meanOf, measuredCodes, orderedCodes, overallOf } from "./metrics";

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

  it("are missing, not nought, where nothing defines them", () => {
    expect(figureOf(run, "vessel", "f1").value).toBeNull();
    expect(figureOf({}, "nerve", "dice").value).toBeNull();
    expect(meanOf(run, "f1")).toBe(0.9);
    expect(meanOf({}, "f1")).toBeNull();
  });
});
