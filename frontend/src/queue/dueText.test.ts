import { describe, expect, it } from "vitest";
import { daysUntil, dueText } from "./dueText";

const NOON = new Date(2026, 2, 29, 12); // the night before has 23 hours in most of Europe

describe("the day by which work is due", () => {
  it("is counted in days of the calendar, also over a change of the clock", () => {
    expect(daysUntil("2026-03-28", NOON)).toBe(-1);
    expect(daysUntil("2026-03-30", NOON)).toBe(1);
    expect(daysUntil("2026-04-05", NOON)).toBe(7);
  });

  it("is said as people say it", () => {
    expect(dueText("2026-03-26", NOON)).toBe("3 days overdue");
    expect(dueText("2026-03-28", NOON)).toBe("1 day overdue");
    expect(dueText("2026-03-29", NOON)).toBe("due today");
    expect(dueText("2026-03-30", NOON)).toBe("due tomorrow");
    expect(dueText("2026-04-05", NOON)).toBe("due 5 Apr");
    expect(dueText(null, NOON)).toBe("");
  });
});
