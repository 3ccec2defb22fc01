import { describe, expect, it } from "vitest";
import { reviewAt, startAt } from "./startAt";

describe("the frame in an address", () => {
  it("is taken where it is one", () => {
    expect(startAt({ frame: 12 })).toEqual({ frame: 12 });
    for (const frame of [-1, 1.5, "12", null, undefined, Number.NaN]) {
      expect(startAt({ frame })).toEqual({});
    }
  });

  it("comes with another set only where its revision is named too", () => {
    expect(reviewAt({ frame: 3, against: "a", revision: 2 })).toEqual({
      frame: 3,
      against: "a",
      revision: 2,
    });
    expect(reviewAt({ frame: 3, against: "a" })).toEqual({ frame: 3 });
    expect(reviewAt({ revision: 2 })).toEqual({});
  });
});
