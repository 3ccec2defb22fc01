/**
 * The pseudonym to offer for a new subject: the next number of the commonest series.
 * `["S-001", "S-006"]` gives `"S-007"`; a project without subjects starts at `"S-001"`.
 */
export function nextPseudonym(taken: readonly string[]): string {
  const series = new Map<string, { highest: number; width: number; size: number }>();
  for (const pseudonym of taken) {
    const match = /^(.*?)(\d+)$/.exec(pseudonym);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const known = series.get(match[1]) ?? { highest: 0, width: 0, size: 0 };
    series.set(match[1], {
      highest: Math.max(known.highest, Number(match[2])),
      width: Math.max(known.width, match[2].length),
      size: known.size + 1,
    });
  }
  const commonest = [...series].sort(([, a], [, b]) => b.size - a.size)[0];
  if (commonest === undefined) return "S-001";
  const [prefix, { highest, width }] = commonest;
  return `${prefix}${String(highest + 1).padStart(width, "0")}`;
}
