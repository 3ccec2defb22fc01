import { describe, expect, it } from "vitest";
import { revisionBefore, type TakenBack } from "./takenBack";

/** What the set shows after some acts: each choice by its letter, each `<` takes one back. */
function shownAfter(acts: string): { shows: string; canGoBack: boolean } {
  const states = [""];
  const takenBack: Record<number, number> = {};
  for (const act of acts) {
    const revision = states.length - 1;
    const now = states[revision] as string;
    if (act !== "<") {
      states.push(now + act);
      continue;
    }
    const before = revisionBefore(revision, takenBack);
    if (before === null) break;
    states.push(states[before] as string);
    takenBack[revision + 1] = before;
  }
  const last = states.length - 1;
  return { shows: states[last] as string, canGoBack: revisionBefore(last, takenBack) !== null };
}

describe("taking choices back", () => {
  it("takes back one before the other, not the taking back", () => {
    expect(shownAfter("ab<").shows).toBe("a");
    expect(shownAfter("ab<<").shows).toBe("");
    expect(shownAfter("abcd<<<").shows).toBe("a");
  });

  it("ends where there is nothing left", () => {
    expect(shownAfter("")).toEqual({ shows: "", canGoBack: false });
    expect(shownAfter("a<")).toEqual({ shows: "", canGoBack: false });
    expect(shownAfter("ab<<<<")).toEqual({ shows: "", canGoBack: false });
  });

  it("begins anew with a new choice, and passes over what was taken back before it", () => {
    expect(shownAfter("ab<c")).toEqual({ shows: "ac", canGoBack: true });
    expect(shownAfter("ab<c<").shows).toBe("a");
    expect(shownAfter("ab<c<<").shows).toBe("");
    expect(shownAfter("abc<<d<<")).toEqual({ shows: "", canGoBack: false });
  });

  it("counts from the revision that the page found, and knows no more than that", () => {
    const none: TakenBack = {};
    expect(revisionBefore(7, none)).toBe(6);
    expect(revisionBefore(8, { 8: 6 })).toBe(5);
  });
});
