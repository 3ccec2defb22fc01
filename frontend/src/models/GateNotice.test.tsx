import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Gate } from "../api/types";
import { GateNotice } from "./GateNotice";

type Verdict = Gate["structures"][number];

const verdict = (measure: Verdict["measure"], more: Partial<Verdict> = {}): Verdict => ({
  code: "median",
  name: "Median",
  measure,
  before: 0.8,
  after: 0.8,
  basis: "interval",
  frames: 0,
  is_worse: false,
  sentence: `Median: ${measure}.`,
  ...more,
});

function show(structures: Verdict[], more: Partial<Gate> = {}): string {
  const against = { id: "v1", number: 1, name: "First" };
  render(
    <MantineProvider>
      <GateNotice
        gate={{ is_passed: true, against, structures, doubt: "", ...more }}
        isOverride={false}
        onOverride={() => undefined}
      />
    </MantineProvider>,
  );
  return screen.getByRole("alert").textContent ?? "";
}

describe("What the gate is said to know", () => {
  it("is that nothing is worse, where Dice and F1 were compared", () => {
    const told = show([verdict("dice"), verdict("f1")]);
    expect(told).toMatch(/^Not worseOn no structure worse than version 1/);
  });

  it("is no more than what was compared", () => {
    const told = show([verdict("dice")]);
    expect(told).toMatch(/^Not worse in what was compared/);
    expect(told).toContain("The rest is not known.");
    expect(told).not.toContain("neither in Dice nor in F1");
  });

  it("is nothing, where there are no figures of both", () => {
    const told = show([verdict("dice", { before: null, basis: "none" })]);
    expect(told).toMatch(/^Nothing to compare/);
    expect(told).not.toContain("Not worse");
  });

  it("is why it cannot tell, where it is in doubt", () => {
    const told = show([verdict("dice", { after: 0.7, basis: "doubt" })], {
      is_passed: false,
      doubt: "There is no interval.",
    });
    expect(told).toMatch(/^Not to be judged beside version 1/);
    expect(told).toContain("There is no interval.");
    expect(told).toContain("Median: dice.");
  });
});
