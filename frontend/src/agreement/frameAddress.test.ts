import { describe, expect, it } from "vitest";
import { frameAddress } from "./frameAddress";

const ADA = { id: "ada", reading: 1, name: "Ada" };
const AGAIN = { ...ADA, reading: 2, name: "Ada, reading 2" };
const BEN = { id: "ben", reading: 1, name: "Ben" };
const reading = (reader: number, clip: number, revision: number) => ({
  annotation_set: `${reader} on ${clip}`,
  reader,
  clip,
  revision,
});
const clipOf = (id: string) => ({ id, number: 1, title: id, subject: "S-1" });
const REPORT = {
  readers: [AGAIN, BEN, ADA],
  clips: [clipOf("one"), clipOf("two")],
  readings: [
    reading(0, 1, 9),
    reading(2, 1, 4),
    reading(0, 0, 3),
    reading(1, 0, 5),
    reading(2, 0, 7),
  ],
};

describe("where a compared frame opens", () => {
  it("shows all readers, with the structure that was chosen", () => {
    expect(frameAddress(REPORT, { clip: "one", structure: "nerve" }, 12)).toEqual({
      to: "/clips/$clipId/adjudicate",
      params: { clipId: "one" },
      search: { frame: 12, structure: "nerve" },
    });
    expect(frameAddress(REPORT, { clip: "one", first: 1, second: 2 }, 0).search).toEqual({
      frame: 0,
    });
  });

  it("compares two readings of one person, the later over the earlier at its revision", () => {
    const compared = {
      to: "/clips/$clipId/review/$setId",
      params: { clipId: "two", setId: "0 on 1" },
      search: { frame: 3, against: "2 on 1", revision: 4 },
    };
    expect(frameAddress(REPORT, { clip: "two" }, 3)).toEqual(compared);
    const pair = frameAddress(REPORT, { clip: "one", first: 0, second: 2 }, 3);
    expect(pair.search).toEqual({ frame: 3, against: "2 on 0", revision: 7 });
  });
});
