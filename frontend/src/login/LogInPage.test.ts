import { describe, expect, it } from "vitest";
import { safeNext } from "./LogInPage";

describe("the page to return to after the log-in", () => {
  it("is where the person was", () => {
    expect(safeNext("/projects/1/library?x=1")).toBe("/projects/1/library?x=1");
  });

  it.each(["//evil.example", "/\\evil.example", "https://evil.example", "/login", undefined])(
    "is the start rather than %s",
    (next) => {
      expect(safeNext(next)).toBe("/");
    },
  );
});
