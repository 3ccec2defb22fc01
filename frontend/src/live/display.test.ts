import { describe, expect, it } from "vitest";
import { ageLevel, ageText, displayOf, type Seen } from "./display";

const live: Seen = {
  source: "LIVE",
  isConnected: true,
  sincePictureMs: 30,
  isPictureAfterState: false,
  sinceHubMs: 30,
};

describe("what may be shown", () => {
  it("waits for the first picture, whatever the source claims", () => {
    expect(displayOf({ ...live, sincePictureMs: null })).toBe("waiting");
  });

  it("is live while pictures come", () => {
    expect(displayOf(live)).toBe("live");
  });

  it("has no signal within a second of the last picture, though the source claims to be live", () => {
    expect(displayOf({ ...live, sincePictureMs: 900 })).toBe("no-signal");
  });

  it.each(["STALLED", "LOST", "CONNECTING"] as const)("has no signal at once when %s", (source) => {
    expect(displayOf({ ...live, source })).toBe("no-signal");
  });

  it("takes a new picture for better news than an older state, but never an old one", () => {
    const after: Seen = { ...live, source: "STALLED", isPictureAfterState: true };
    expect(displayOf(after)).toBe("live");
    // the last picture of a source that is away, shown to who joins now
    expect(displayOf({ ...after, sincePictureMs: 5000 })).toBe("no-signal");
  });

  it("keeps a frozen picture for as long as the hub is heard", () => {
    const frozen: Seen = { ...live, source: "FROZEN", sincePictureMs: 60_000, sinceHubMs: 900 };
    expect(displayOf(frozen)).toBe("frozen");
    expect(displayOf({ ...frozen, sinceHubMs: 3500 })).toBe("no-signal");
  });

  it("has no signal when the connection is away, frozen or not", () => {
    expect(displayOf({ ...live, isConnected: false })).toBe("no-signal");
    expect(displayOf({ ...live, source: "FROZEN", isConnected: false })).toBe("no-signal");
  });
});

it("colours ages at 150 and 400 ms", () => {
  expect([150, 151, 400, 401, null].map(ageLevel)).toEqual([
    "green",
    "amber",
    "amber",
    "red",
    "unknown",
  ]);
});

it("writes ages short", () => {
  expect([-3, 84.6, 999.2, 1234, 12_900, 61_000, null].map(ageText)).toEqual([
    "0 ms",
    "85 ms",
    "999 ms",
    "1.2 s",
    "12 s",
    "1 min",
    "age not known",
  ]);
});
