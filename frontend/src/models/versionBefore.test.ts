import { describe, expect, it } from "vitest";
import type { Alias, Promotion } from "../api/types";
import { versionBefore } from "./versionBefore";

const ref = (number: number) => ({ id: `v${number}`, number, name: `Version ${number}` });

const promotion = (to: number, from: number | null, isRollback = false) =>
  ({
    model_version: ref(to),
    previous: from === null ? null : ref(from),
    is_rollback: isRollback,
  }) as Promotion;

const alias = (current: number, promotions: Promotion[]): Alias =>
  ({ model_version: ref(current), promotions }) as Alias;

describe("what a roll-back leads to", () => {
  it("is the version that served before", () => {
    expect(versionBefore(alias(2, [promotion(2, 1), promotion(1, null)]))?.number).toBe(1);
  });

  it("is nothing for the first version that served", () => {
    expect(versionBefore(alias(1, [promotion(1, null)]))).toBeNull();
  });

  it("is nothing once it was rolled back to the first, not the version rolled back from", () => {
    const promotions = [promotion(1, 2, true), promotion(2, 1), promotion(1, null)];
    expect(versionBefore(alias(1, promotions))).toBeNull();
  });

  it("goes back two promotions after two roll-backs", () => {
    const promotions = [
      promotion(2, 3, true),
      promotion(3, 2),
      promotion(2, 1),
      promotion(1, null),
    ];
    expect(versionBefore(alias(2, promotions))?.number).toBe(1);
  });
});
