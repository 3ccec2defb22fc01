import { describe, expect, it } from "vitest";
import { estimateSentence } from "./estimate";

describe("the estimate of a run", () => {
  it("gives a range and says what it rests on", () => {
    const said = estimateSentence({ seconds: 3600, low: 1800, high: 7200, basis: "others" });
    expect(said).toContain("about 1 h (30 min to 2 h) with one worker");
    expect(said).toContain("other recipes");
  });

  it("leaves out a range that says nothing", () => {
    const said = estimateSentence({ seconds: 20, low: 15, high: 30, basis: "recipe" });
    expect(said).toMatch(/^Training takes less than a minute with one worker, going by earlier/);
  });
});
