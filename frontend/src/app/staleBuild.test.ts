import { beforeEach, describe, expect, it } from "vitest";
import { isMissingFile, mayReload } from "./staleBuild";

describe("a page older than the build", () => {
  beforeEach(() => sessionStorage.clear());

  it("is loaded anew once, and not again at once", () => {
    expect(mayReload(sessionStorage, 1_000_000)).toBe(true);
    expect(mayReload(sessionStorage, 1_000_500)).toBe(false);
    expect(mayReload(sessionStorage, 1_059_000)).toBe(false);
  });

  it("is loaded anew again for the next build", () => {
    mayReload(sessionStorage, 1_000_000);
    expect(mayReload(sessionStorage, 1_000_000 + 3_600_000)).toBe(true);
  });

  it("is told apart from faults of the page by the browsers' own words", () => {
    const messages = [
      "Failed to fetch dynamically imported module: https://a/assets/RunPage-1.js",
      "error loading dynamically imported module: https://a/assets/RunPage-1.js",
      "Importing a module script failed.",
      "Unable to preload CSS for /assets/RunPage-1.css",
    ];
    expect(messages.map((message) => isMissingFile(new TypeError(message)))).toEqual(
      messages.map(() => true),
    );
    expect(isMissingFile(new TypeError("x is undefined"))).toBe(false);
  });
});
