import { describe, expect, it } from "vitest";
import { ago, between, bytes, count, duration, percent, score } from "./text";

const NOW = new Date("2026-03-10T12:00:00Z");

describe("times", () => {
  it.each([
    ["2026-03-10T11:59:40Z", "just now"],
    ["2026-03-10T11:55:00Z", "5 min ago"],
    ["2026-03-10T09:00:00Z", "3 h ago"],
    ["2026-03-09T11:00:00Z", "yesterday"],
    ["2026-03-06T11:00:00Z", "4 days ago"],
    ["2026-01-02T11:00:00Z", "2 Jan 2026"],
    ["not a time", ""],
  ])("%s reads %j", (iso, text) => {
    expect(ago(iso, NOW)).toBe(text);
  });

  it.each([
    [0.42, "0.4 s"],
    [9.96, "10 s"],
    [59.6, "1 min"],
    [60, "1 min"],
    [75, "1 min 15 s"],
    [3600, "1 h"],
    [3599.7, "1 h"],
    [3720, "1 h 2 min"],
    [Number.NaN, "–"],
    [-1, "–"],
  ])("%d seconds read %j", (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it("counts from the start to now while the end is open", () => {
    expect(between("2026-03-10T11:58:00Z", null, NOW)).toBe("2 min");
    expect(between("2026-03-10T11:58:00Z", "2026-03-10T11:58:30Z", NOW)).toBe("30 s");
  });
});

describe("numbers", () => {
  it("gives sizes in the units of disks", () => {
    expect([bytes(999), bytes(1_500), bytes(48_000_000), bytes(999_900_000)]).toEqual([
      "999 B",
      "1.5 kB",
      "48 MB",
      "1.0 GB",
    ]);
  });

  it("counts one thing as one", () => {
    expect([count(1, "clip"), count(0, "clip"), count(2, "entry", "entries")]).toEqual([
      "1 clip",
      "0 clips",
      "2 entries",
    ]);
  });

  it("shows a missing score as a dash and never as nought", () => {
    expect([score(0), score(null), score(undefined), score(0.876)]).toEqual([
      "0.00",
      "–",
      "–",
      "0.88",
    ]);
    expect(percent(0.415)).toBe("42 %");
  });
});
