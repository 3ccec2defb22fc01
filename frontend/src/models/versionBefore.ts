import type { Alias, ModelVersionRef } from "../api/types";

/**
 * The version that a roll-back of an alias leads to, by the rule of the server's `version_before`:
 * promoting puts a version on a stack, rolling back takes the top off, so what was withdrawn comes
 * back only by being promoted. `promotions` are newest first and may lack the earliest ones.
 */
export function versionBefore({ promotions }: Pick<Alias, "promotions">): ModelVersionRef | null {
  const history = promotions.toReversed();
  const earlier = history[0]?.previous;
  const stack = earlier ? [earlier] : [];
  for (const { is_rollback: isRollback, model_version: version } of history) {
    if (isRollback) {
      stack.pop();
      if (stack.at(-1)?.id === version.id) continue;
    }
    // roll-backs of earlier releases did not always lead to what is beneath
    stack.push(version);
  }
  return stack.at(-2) ?? null;
}
