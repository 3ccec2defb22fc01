import type { Alias, ModelVersionRef } from "../api/types";

/**
 * The version that a roll-back of an alias leads to: the one that served before the present
 * version was promoted. Roll-backs themselves are passed over, so two lead back two promotions.
 */
export function versionBefore({
  model_version: current,
  promotions,
}: Pick<Alias, "model_version" | "promotions">): ModelVersionRef | null {
  const promoted = promotions.find(
    (promotion) => !promotion.is_rollback && promotion.model_version.id === current.id,
  );
  return promoted?.previous ?? null;
}
