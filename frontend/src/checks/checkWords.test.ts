import { describe, expect, it } from "vitest";
import { type CheckPoint, distance, trendOf } from "./checkWords";

const point = (more: Partial<CheckPoint>): CheckPoint => ({
  id: "1",
  check_kind: "reread",
  clip: "c",
  title: "Clip 1",
  handed_in_at: "2026-03-02T10:00:00Z",
  reading: "r",
  reading_revision: 1,
  reference: "s",
  reference_revision: 1,
  reference_by: "",
  state: "measured",
  is_stale: false,
  sha256: "",
  figures: { dice: 0.7 },
  dice: { nerve: 0.5 },
  ...more,
});

describe("distances", () => {
  it("are millimetres where the scale is known, else pixels", () => {
    expect(distance({ hd95_mm: 1.234, hd95_px: 5 }, "hd95")).toBe("1.23\u00a0mm");
    expect(distance({ hd95_mm: null, hd95_px: 5 }, "hd95")).toBe("5.0\u00a0px");
    expect(distance({ hd95_mm: null, hd95_px: null }, "hd95")).toBe("–");
    expect(distance(null, "surface_distance")).toBe("–");
  });
});

describe("the line of time", () => {
  it("has the measured checks of one kind, as often as they were handed in", () => {
    const checks = [
      point({}),
      point({ id: "2", check_kind: "ground_truth" }),
      point({ id: "3", state: "pending", figures: null }),
      point({ id: "4", figures: { dice: 0.9 }, dice: {} }),
    ];
    expect(trendOf(checks, "reread", null).map(({ dice }) => dice)).toEqual([0.7, 0.9]);
    expect(trendOf(checks, "reread", "nerve").map(({ dice }) => dice)).toEqual([0.5, null]);
    expect(trendOf(checks, "ground_truth", null)).toHaveLength(1);
  });
});
