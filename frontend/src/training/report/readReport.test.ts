import { describe, expect, it } from "vitest";
import { contentsOf, distanceWritten, foldRows, mixUps, pValue, readersOf } from "./readReport";

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

  it("count every frame of a fold, those without any structure too", () => {
    const boxes = { structures: {}, folds: { "0": { ...box, images: 3 }, "1": null } };
    const folds = { "0": { frames: 5 }, "1": { frames: 3 } };
    const counts = (rows: { frames: number }[]) => rows.map(({ frames }) => frames);
    expect(counts(foldRows({ boxes, folds, metrics: {} }))).toEqual([5, 3]);
    expect(counts(foldRows({ boxes, metrics: {} })), "of an earlier report").toEqual([3, 0]);
  });

  it("call what readers reach no bound, in earlier reports too", () => {
    const structures = [{ code: "median", name: "Median nerve", kind: "nerve", colour: "#fff" }];
    const [median] = [{ code: "median", dice: 0.818 }];
    const readers = { words: "As told.", structures: [{ ...median, comparisons: 36 }] };
    const named = [{ name: "Median nerve", dice: 0.818, comparisons: 36 }];
    expect(readersOf({ readers, structures })).toEqual({ words: "As told.", structures: named });
    const former = readersOf({ ceilings: [{ ...median, frames: 36 }], structures });
    expect(former?.structures).toEqual(named);
    expect(former?.words).toContain("A model can exceed it");
    expect(readersOf({ readers: null, structures })).toBeNull();
    expect(readersOf({ ceilings: [], structures })).toBeNull();
  });

  it("write distances as finely as they are known", () => {
    expect(distanceWritten("hd95_px")(17.62)).toBe("17.6");
    expect(distanceWritten("surface_distance_mm")(0.104)).toBe("0.10");
    expect(distanceWritten("hd95_mm")(null)).toBe("–");
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
