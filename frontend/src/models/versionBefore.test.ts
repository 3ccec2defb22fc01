import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Promotion } from "../api/types";
import { versionBefore } from "./versionBefore";

interface Case {
  name: string;
  history: [number, number | null, boolean][];
  before: number | null;
}

/** The Python tests of `version_before` read the same cases. */
const FILE = path.resolve(__dirname, "../../../tests/vectors/promotions.json");
const { cases } = JSON.parse(readFileSync(FILE, "utf8")) as { cases: Case[] };

const ref = (number: number) => ({ id: `v${number}`, number, name: `Version ${number}` });

describe("what a roll-back leads to is", () => {
  it.each(cases)("$name", ({ history, before }) => {
    const promotions = history.map(
      ([to, from, isRollback]) =>
        ({
          model_version: ref(to),
          previous: from === null ? null : ref(from),
          is_rollback: isRollback,
        }) as Promotion,
    );
    expect(versionBefore({ promotions: promotions.reverse() })?.number ?? null).toBe(before);
  });
});
