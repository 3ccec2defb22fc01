import { describe, expect, it } from "vitest";
import { readableCard } from "./readableCard";

describe("a model card", () => {
  const card = readableCard({
    intended_use: "Pre-annotation.",
    not_for: "Not for diagnosis.",
    data: { frames: 39, snapshot_sha256: "ab", credit: "" },
    training: { recipe: "tiny", learning_rate: 0.00012345678 },
    trained_on: { project: "Arm", folds: [0, 1] },
    after_the_network: [{ name: "femoral-artery", text: "only its largest region" }],
    seed: 3,
    seen_before: "Starts from version 3, which has seen 5 of these subjects.",
    name: "Told in the heading",
  });

  it("answers what the model is for and what not", () => {
    expect(card.intendedUse).toBe("Pre-annotation.");
    expect(card.notFor).toBe("Not for diagnosis.");
    expect(card.limits).toBe("");
  });

  it("says of figures that are too good why they are, in their own place", () => {
    expect(card.tooGood).toContain("has seen 5 of these subjects");
    expect(readableCard({ seen_before: "" }).tooGood).toBe("");
  });

  it("spells names out and leaves empty lines away", () => {
    expect(card.data).toEqual([
      { name: "Frames", text: "39" },
      { name: "Snapshot hash", text: "ab" },
    ]);
    expect(card.training[1]).toEqual({ name: "Learning rate", text: "0.0001235" });
  });

  it("says what is shown of each structure", () => {
    expect(card.shown).toEqual([{ name: "femoral-artery", text: "only its largest region" }]);
    expect(readableCard({}).shown).toEqual([]);
  });

  it("shows no JSON for what it does not know", () => {
    expect(card.more).toEqual([
      { name: "Trained on", text: "project Arm, folds 0, 1" },
      { name: "Seed", text: "3" },
    ]);
  });
});
