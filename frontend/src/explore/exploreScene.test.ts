import { describe, expect, it } from "vitest";
import { applyAll, EMPTY_DOCUMENT } from "../annotator/core/document";
import type { Structure } from "../api/types";
import { contour } from "../geometry";
import { type ExploreParts, exploreScene, toggled } from "./exploreScene";

const STRUCTURES = ["artery", "nerve"].map(
  (id, i): Structure => ({
    id,
    code: id,
    name: id,
    kind: "other",
    colour: "#0072b2",
    channel: i + 1,
  }),
);

const documentWith = (track: string, structure: string) =>
  applyAll(EMPTY_DOCUMENT, [
    { op: "track.add", track, structure },
    {
      op: "keyframe.put",
      track,
      frame: 3,
      shape: contour("polygon", [
        [0, 0],
        [9, 0],
        [0, 9],
      ]),
      source: "drawn",
    },
  ]);

const PARTS: ExploreParts = {
  structures: STRUCTURES,
  model: documentWith("m", "nerve"),
  expert: documentWith("e", "artery"),
  shown: "none",
  highlighted: null,
};

const keysOf = (scene: ReturnType<typeof exploreScene>) => [
  scene.overlay,
  scene.layers.map((one) => one.key),
  (scene.ghosts ?? []).map((one) => one.key),
];

describe("what a trainee sees", () => {
  it("is exactly the set that was chosen, named on the overlay", () => {
    expect(keysOf(exploreScene(PARTS, 3))).toEqual(["none", [], []]);
    expect(keysOf(exploreScene({ ...PARTS, shown: "model" }, 3))).toEqual(["model", ["m"], []]);
    expect(keysOf(exploreScene({ ...PARTS, shown: "expert" }, 3))).toEqual(["expert", ["e"], []]);
    expect(keysOf(exploreScene({ ...PARTS, shown: "both" }, 3))).toEqual(["both", ["e"], ["m"]]);
  });

  it("holds no shape of another frame", () => {
    expect(exploreScene({ ...PARTS, shown: "both" }, 2).layers).toEqual([]);
  });

  it("lets the others stand back while one structure is pointed out", () => {
    const scene = exploreScene({ ...PARTS, shown: "expert", highlighted: "nerve" }, 3);
    expect(scene.layers.map((one) => one.isFaded)).toEqual([true]);
  });

  it("is switched by two keys", () => {
    expect(toggled("none", "model")).toBe("model");
    expect(toggled("model", "expert")).toBe("both");
    expect(toggled("both", "model")).toBe("expert");
    expect(toggled("expert", "expert")).toBe("none");
  });
});
