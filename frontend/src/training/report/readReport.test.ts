import { describe, expect, it } from "vitest";
import { contentsOf, foldRows, mixUps, pValue } from "./readReport";

const box = { low: 0, lower: 0.2, median: 0.5, upper: 0.7, high: 0.9, images: 4 };

describe("a report's numbers", () => {
  it("are missing while it is being made", () => {
    expect(contentsOf({})).toBeNull();
    expect(contentsOf({ structures: [] })).not.toBeNull();
  });

  it("come fold by fold, ten after nine", () => {
    const rows = foldRows({
      boxes: { structures: {}, folds: { "10": box, "9": null } },
      metrics: { folds: { "10": { iou: 0.4, structures: { bone: { dice: 0.6 } } } } },
    });
    expect(rows.map(({ fold }) => fold)).toEqual([9, 10]);
    expect(rows[0]).toMatchObject({ frames: 0, iou: null, dice: {} });
    expect(rows[1]).toMatchObject({ frames: 4, iou: 0.4, dice: { bone: 0.6 } });
  });

  it("name what is taken for another structure, the most frequent first", () => {
    const structures = ["median", "ulnar"].map((code) => ({
      code,
      name: `the ${code} nerve`,
      kind: "nerve",
      colour: "#fff",
    }));
    const confusion = {
      median: { background: 0.4, median: 0.55, ulnar: 0.05 },
      ulnar: { background: 0.1, median: 0.12, ulnar: 0.78 },
    };
    expect(mixUps({ confusion, structures })).toEqual([
      { of: "the ulnar nerve", as: "the median nerve", share: 0.12 },
      { of: "the median nerve", as: "the ulnar nerve", share: 0.05 },
    ]);
    expect(mixUps({ confusion, structures }, 0.2)).toEqual([]);
  });

  it("give p values as papers do", () => {
    expect([0.0004, 0.0421, null].map(pValue)).toEqual(["< 0.001", "0.042", "–"]);
  });
});
