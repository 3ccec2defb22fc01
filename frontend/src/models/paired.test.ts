import { describe, expect, it } from "vitest";
import type { ModelComparison } from "../api/types";
import { signed, verdict } from "./paired";

const structures = [
  { code: "bone", name: "Bone" },
  { code: "median", name: "Median nerve" },
  { code: "ulnar", name: "Ulnar nerve" },
];

const row = (code: string, difference: number, p: number | null, way = Math.sign(difference)) =>
  ({ code, difference, wilcoxon_p_holm: p, rank_direction: way }) as NonNullable<
    ModelComparison["comparison"]
  >["structures"][number];

const compared = (...rows: ReturnType<typeof row>[]) =>
  ({ second: { number: 4 }, comparison: { structures: rows } }) as ModelComparison;

describe("what a comparison says", () => {
  it("names the structures that differ beyond chance, and which way", () => {
    const said = verdict(
      compared(row("bone", 0.1, 0.2), row("median", 0.2, 0.01), row("ulnar", -0.1, 0.04)),
      structures,
    );
    expect(said).toContain("Version 4 is better on median nerve and worse on ulnar nerve");
  });

  it("lists several as one speaks", () => {
    const said = verdict(
      compared(row("bone", 0.1, 0.01), row("median", 0.2, 0.01), row("ulnar", 0.1, 0.04)),
      structures,
    );
    expect(said).toContain("better on bone, median nerve and ulnar nerve,");
  });

  it("says neither where most subjects go one way and most frames the other", () => {
    expect(verdict(compared(row("median", 0.012, 0.008, -1)), structures)).toMatch(
      /^No structure differs/,
    );
  });

  it("says when nothing does, and leaves the row of all together out", () => {
    expect(verdict(compared(row("bone", 0.1, null), row("all", 0.1, 0.001)), structures)).toMatch(
      /^No structure differs/,
    );
  });
});

describe("a difference", () => {
  it("always shows its sign but for nothing", () => {
    expect([0.0312, -0.004, 0.0001, null].map(signed)).toEqual(["+0.031", "−0.004", "0.000", "–"]);
  });
});
