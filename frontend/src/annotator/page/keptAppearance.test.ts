import { describe, expect, it } from "vitest";
import { DEFAULT_APPEARANCE } from "../view/scene";
import { keptOf, readKept } from "./keptAppearance";

describe("how a person sees pictures", () => {
  it("is read back as it was kept", () => {
    const seen = {
      ...DEFAULT_APPEARANCE,
      opacity: 0.2,
      tone: { window: 100, level: 60, gamma: 1.5, isInverted: true },
      recipe: { ...DEFAULT_APPEARANCE.recipe, denoise: "median5" as const },
    };
    expect(readKept(JSON.parse(JSON.stringify(keptOf(seen))))).toEqual(keptOf(seen));
  });

  it("is left alone where what was kept is broken", () => {
    expect(readKept(null)).toEqual({});
    expect(readKept("x")).toEqual({});
    expect(
      readKept({
        opacity: 7,
        isSmooth: "yes",
        tone: { window: 0, level: 1, gamma: 1, isInverted: false },
        recipe: { denoise: "sharpen", sigma: 1, contrast: "none", clipLimit: 2 },
      }),
    ).toEqual({});
  });
});
