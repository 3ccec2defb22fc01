import type { ModelComparison, Structure } from "../api/types";

/** The code of the row that takes all structures together. */
export const ALL = "all";

const BEYOND_CHANCE = 0.05;

/** "+0.031", "−0.004", "0.000"; a dash where there is none. */
export function signed(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const digits = Math.abs(value).toFixed(3);
  if (Number(digits) === 0) return digits;
  return `${value > 0 ? "+" : "−"}${digits}`;
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** What a comparison says, in a sentence: where a difference is beyond chance, and which way. */
export function verdict(
  { comparison, second }: Pick<ModelComparison, "comparison" | "second">,
  structures: readonly Pick<Structure, "code" | "name">[],
): string {
  const rows = (comparison?.structures ?? []).filter(
    ({ code, wilcoxon_p_holm: p }) => code !== ALL && p !== null && p < BEYOND_CHANCE,
  );
  const names = (isBetter: boolean) =>
    rows
      // the test's own direction, and the mean over frames must not say the opposite
      .filter(({ difference, rank_direction: direction }) => {
        const way = isBetter ? 1 : -1;
        return direction === way && (difference ?? 0) * way > 0;
      })
      .map(({ code }) => structures.find((each) => each.code === code)?.name ?? code)
      .map((name) => name.toLowerCase());
  const [better, worse] = [names(true), names(false)];
  const version = `Version ${second.number}`;
  if (better.length + worse.length === 0) {
    return "No structure differs beyond chance (p < 0.05, Wilcoxon's test, corrected).";
  }
  const parts = [
    ...(better.length > 0 ? [`better on ${listed(better)}`] : []),
    ...(worse.length > 0 ? [`worse on ${listed(worse)}`] : []),
  ];
  return `${version} is ${parts.join(" and ")}, beyond chance (p < 0.05, Wilcoxon's test, corrected).`;
}
