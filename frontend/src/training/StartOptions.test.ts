import { describe, expect, it } from "vitest";
import { startSentence } from "./StartOptions";

const version = (networks: number, run: string | null = "r1") =>
  ({ members: Array(networks).fill({}), training_run_id: run }) as unknown as Parameters<
    typeof startSentence
  >[0];

describe("what is said of starting from a version", () => {
  it("is that figures stay fair with as many folds", () => {
    expect(startSentence(version(5), 5)).toContain("has not seen them");
    expect(startSentence(version(5), 5)).not.toContain("too good");
  });

  it("is how many folds to choose with another number", () => {
    expect(startSentence(version(5), 4)).toContain("With 5 folds");
    expect(startSentence(version(5), 4)).toContain("too good");
  });

  it("is a doubt where no run here made the version, or it has one network", () => {
    expect(startSentence(version(5, null), 5)).toContain("may have seen");
    expect(startSentence(version(1), 2)).toContain("may have seen");
  });

  it("is nothing of the sort without one", () => {
    expect(startSentence(undefined, 5)).not.toMatch(/seen/);
  });
});
