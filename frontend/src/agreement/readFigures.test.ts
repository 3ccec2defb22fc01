import { describe, expect, it } from "vitest";
import { pairFigures, type ReportFigures, readFigures, shown } from "./readFigures";

const NOTHING = { compared: 0, neither: 0, only_first: 0, only_second: 0, both: 0 };

const REPORT: ReportFigures = {
  subjects: 1,
  clips: 1,
  frames: 4,
  structures: [],
  pairs: [
    {
      first: 0,
      second: 2,
      structures: [
        { ...NOTHING, channel: 1, figures: { dice: 0.5 }, intervals: { dice: null } },
        { ...NOTHING, channel: null, figures: { dice: 0.7 }, intervals: { dice: null } },
      ],
    },
  ],
};

describe("figures of a report", () => {
  it("are none while the report is being made", () => {
    expect(readFigures({})).toBeNull();
    expect(readFigures(REPORT)).toBe(REPORT);
  });

  it("are found for a pair in either order, and for all structures together", () => {
    expect(pairFigures(REPORT, 2, 0, 1)?.figures.dice).toBe(0.5);
    expect(pairFigures(REPORT, 0, 2, null)?.figures.dice).toBe(0.7);
    expect(pairFigures(REPORT, 0, 1, 1)).toBeNull();
  });

  it("show a dash where nothing defines them, which is not zero", () => {
    expect([shown(null), shown(0), shown(12.34, 1)]).toEqual(["–", "0.00", "12.3"]);
  });
});
