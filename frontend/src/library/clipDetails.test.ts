import { describe, expect, it } from "vitest";
import type { Clip } from "../api/types";
import { changesOf, wordsOf } from "./clipDetails";

const clip = { label: "Sweep", scanner: "", microns_per_pixel: null } as Clip;

describe("the details of a clip", () => {
  it("send nothing when nothing was changed", () => {
    expect(changesOf(clip, wordsOf(clip))).toEqual({});
  });

  it("send only what differs, without stray spaces", () => {
    expect(changesOf(clip, { label: "Sweep ", scanner: " Vivid ", micronsPerPixel: 95 })).toEqual({
      scanner: "Vivid",
      microns_per_pixel: 95,
    });
  });

  it("take a scale away when its field is emptied", () => {
    const scaled = { ...clip, microns_per_pixel: 95 };
    expect(changesOf(scaled, { ...wordsOf(scaled), micronsPerPixel: "" })).toEqual({
      microns_per_pixel: null,
    });
  });
});
