import { describe, expect, it } from "vitest";
import { actionText, detailText } from "./auditText";

const ADA = "901b780c-879f-4f93-aa87-63319ec5ef3b";

describe("a line of the record", () => {
  it("names the act in words", () => {
    expect(actionText("model_version.promote")).toBe("Model version: promote");
    expect(actionText("log_in")).toBe("Log in");
  });

  it("names people, and shortens ids and hashes that nobody reads", () => {
    const nameOf = (id: string) => (id === ADA ? "Ada" : undefined);
    expect(detailText({ user: ADA, role: "trainee" }, nameOf)).toBe("user: Ada · role: trainee");
    expect(detailText({ sha256: "ab".repeat(32), clip: ADA })).toBe(
      "sha256: abababab… · clip: 901b780c…",
    );
  });

  it("leaves out what is empty and writes lists as lists", () => {
    expect(detailText({ previous: null, changed: ["label", "scanner"], is_read_only: false })).toBe(
      "changed: label, scanner · is read only: no",
    );
    expect(detailText(null)).toBe("");
  });
});
