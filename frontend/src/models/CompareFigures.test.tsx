import { describe, expect, it } from "vitest";
import { framesWarning } from "./CompareFigures";

const of = (snapshot: string) => ({ snapshot_sha256: snapshot });

describe("Figures of two versions side by side", () => {
  it("are without a warning only where both were measured on one snapshot", () => {
    expect(framesWarning(of("a"), of("a"))).toBe("");
    expect(framesWarning(of("a"), of("b"))).toContain("different snapshots");
  });

  it("of versions registered by hand may be of other frames, and nobody knows", () => {
    for (const [older, newer] of [
      ["", ""],
      ["a", ""],
      ["", "a"],
    ] as const) {
      expect(framesWarning(of(older), of(newer))).toContain("Nobody knows here");
    }
  });
});
