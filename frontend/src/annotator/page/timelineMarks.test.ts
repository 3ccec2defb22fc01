import { describe, expect, it } from "vitest";
import type { Structure } from "../../api/types";
import { documentFromRows } from "../core/document";
import { NO_JUDGEMENT } from "../core/judgement";
import type { Remark } from "../queries";
import { timelineMarks } from "./timelineMarks";
import { rowInWords, timelineRows } from "./timelineRows";

const remark = (frame_index: number, resolved_at: string | null, text: string) =>
  ({ frame_index, resolved_at, text }) as Remark;

describe("the timeline", () => {
  it("marks remarks, notes and poor frames once each", () => {
    const marks = timelineMarks(
      [remark(4, null, "Too wide"), remark(4, null, "And low"), remark(7, "2026-01-01", "Done")],
      {
        ...NO_JUDGEMENT,
        quality: new Map([
          [2, "poor"],
          [3, "good"],
        ]),
        notes: new Map([
          ["a", { frame: 5, text: "Pulsates" }],
          ["b", { frame: null, text: "Of the clip" }],
        ]),
      },
    );
    expect(marks.map(({ frame, kind }) => [frame, kind])).toEqual([
      [2, "poor"],
      [5, "note"],
      [4, "remark"],
      [7, "settled"],
    ]);
    expect(marks[2]?.title).toBe("Frame 4: Too wide");
  });

  it("shows where a structure was judged not to be seen", () => {
    const structures = ["nerve", "vessel"].map(
      (code, channel) => ({ id: code, code, name: code, colour: "#ffffff", channel }) as Structure,
    );
    const document = documentFromRows([], {
      quality: [],
      not_visible: [{ structure: "vessel", frame: 3, to_frame: 9 }],
      rejected: null,
      notes: [],
    });
    const [nerve, vessel] = timelineRows(structures, document);
    expect(nerve?.judged).toEqual([]);
    expect(vessel?.judged).toEqual([[3, 9]]);
    expect(vessel && rowInWords(vessel)).toContain("judged not visible in frames 3 to 9");
  });
});
