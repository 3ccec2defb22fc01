import { describe, expect, it } from "vitest";
import type { AnnotationSetRow } from "../api/types";
import { firstReadings } from "./useVoices";

const reading = (id: string, author: string, created_at: string) =>
  ({ id, author: { id: author, name: author }, created_at }) as AnnotationSetRow;

describe("voices", () => {
  it("are one a person: the first reading of each", () => {
    const all = [
      reading("again", "ada", "2026-03-01T00:00:00Z"),
      reading("first", "ada", "2026-01-01T00:00:00Z"),
      reading("other", "ben", "2026-02-01T00:00:00Z"),
    ];
    expect(firstReadings(all).map(({ id }) => id)).toEqual(["first", "other"]);
  });
});
