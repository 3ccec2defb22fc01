import { expect, it } from "vitest";
import { isNewer } from "./isNewer";
import { Quantiles } from "./quantiles";
import { runningTime } from "./RecordPanel";
import { rulerOf } from "./ruler";

it("orders frames by sequence, over the wrap, and lets an epoch begin anew", () => {
  const at = (sequence: number, epoch = 1) => ({ sequence, epoch });
  expect(isNewer(at(5), at(4))).toBe(true);
  expect(isNewer(at(4), at(4))).toBe(false);
  expect(isNewer(at(3), at(4))).toBe(false);
  expect(isNewer(at(0), at(2 ** 32 - 1))).toBe(true);
  expect(isNewer(at(0, 2), at(900, 1))).toBe(true);
});

it("gives nearest-rank quantiles of the last values", () => {
  const stage = new Quantiles();
  expect(stage.both).toBeNull();
  for (let value = 1; value <= 100; value++) stage.add(value);
  stage.add(Number.NaN);
  expect(stage.both).toEqual({ p50: 50, p95: 95 });
  for (let round = 0; round < 300; round++) stage.add(7);
  expect(stage.both).toEqual({ p50: 7, p95: 7 });
});

it("measures with a round length that fits half the picture", () => {
  expect(rulerOf(100, 480)).toEqual({ lengthMm: 20, share: 20 / 48 });
  expect(rulerOf(1, 16).lengthMm).toBe(1);
});

it("writes running times as people do", () => {
  expect([0, 9.9, 65, 600, -3].map(runningTime)).toEqual(["0:00", "0:09", "1:05", "10:00", "0:00"]);
});
