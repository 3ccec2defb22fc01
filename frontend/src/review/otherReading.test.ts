import { describe, expect, it } from "vitest";
import { otherNames } from "./otherReading";

const ada = { id: "a", name: "Ada" };
const ben = { id: "b", name: "Ben" };

describe("what a reading is compared with", () => {
  it("is named by its part, whoever is credited with it", () => {
    const reading = { author: ada };
    const named = (
      purpose: "reader" | "consensus",
      author: typeof ada,
      state: "accepted" | "submitted",
    ) => otherNames({ purpose, author, state }, reading).name;
    expect(named("consensus", ben, "accepted")).toBe("Consensus");
    expect(named("reader", ada, "accepted")).toBe("First reading");
    expect(named("reader", ben, "accepted")).toBe("Accepted");
    expect(named("reader", ben, "submitted")).toBe("Other reading");
  });
});
