import { describe, expect, it } from "vitest";
import { nextPseudonym } from "./pseudonym";

describe("the pseudonym offered for a new subject", () => {
  it("starts a series in an empty project", () => {
    expect(nextPseudonym([])).toBe("S-001");
    expect(nextPseudonym(["left", "right"])).toBe("S-001");
  });

  it("goes on after the highest number, at the same width", () => {
    expect(nextPseudonym(["S-001", "S-006", "S-002"])).toBe("S-007");
    expect(nextPseudonym(["S-999"])).toBe("S-1000");
  });

  it("follows the commonest series", () => {
    expect(nextPseudonym(["pilot7", "AX01", "AX02"])).toBe("AX03");
  });
});
