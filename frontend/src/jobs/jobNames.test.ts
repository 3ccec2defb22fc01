import { describe, expect, it } from "vitest";
import { isFetchable, jobName, placeOf } from "./jobNames";

const job = { kind: "clip_ingest", state: "done", project: "p", target_id: "t" } as const;

describe("a job in the tray", () => {
  it("is named by what it does", () => {
    expect(jobName("fold_fit")).toBe("Training a fold");
    expect(jobName("new_kind")).toBe("New kind");
  });

  it("leads to its clip or its run", () => {
    expect(placeOf(job)).toBe("/clips/t/annotate");
    expect(placeOf({ ...job, kind: "fold_fit" })).toBe("/projects/p/training/t");
  });

  it("offers a zip once it is made", () => {
    expect(isFetchable({ kind: "project_export", state: "done" })).toBe(true);
    expect(isFetchable({ kind: "clip_export", state: "running" })).toBe(false);
    expect(isFetchable(job)).toBe(false);
  });

  it("leads nowhere while there is no clip to open", () => {
    expect(placeOf({ ...job, state: "running" })).toBeNull();
    expect(placeOf({ ...job, state: "failed" })).toBeNull();
    expect(placeOf({ ...job, target_id: null })).toBeNull();
  });
});
