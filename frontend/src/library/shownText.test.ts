import { describe, expect, it } from "vitest";
import { shownText, subjectAnd } from "./shownText";

describe("the count above the clips", () => {
  it("is of all clips once the list has been read to its end", () => {
    expect(shownText({ shown: 203, hasMore: false, total: 200 })).toBe("203 clips");
    expect(shownText({ shown: 1, hasMore: false, total: null })).toBe("1 clip");
  });

  it("says how many of how many while there is more", () => {
    expect(shownText({ shown: 60, hasMore: true, total: 203 })).toBe("60 of 203 clips");
  });

  it("claims no total that it does not know, or that has grown meanwhile", () => {
    expect(shownText({ shown: 60, hasMore: true, total: null })).toBe("the first 60 clips");
    expect(shownText({ shown: 60, hasMore: true, total: 60 })).toBe("the first 60 clips");
  });
});

describe("the second line of a card", () => {
  it("names the subject, unless the title is the subject already", () => {
    expect(subjectAnd("2 s", "Sweep", "S-001")).toBe("S-001 · 2 s");
    expect(subjectAnd("1 frame", "0243", "0243")).toBe("1 frame");
  });
});
