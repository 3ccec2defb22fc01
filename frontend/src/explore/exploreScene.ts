import type { SetDocument } from "../annotator/core/document";
import { layersOf } from "../annotator/core/reading";
import type { Scene } from "../annotator/view/scene";
import type { Structure } from "../api/types";

export type Shown = "none" | "model" | "expert" | "both";

export interface ExploreParts {
  readonly structures: readonly Structure[];
  readonly model: SetDocument | null;
  readonly expert: SetDocument | null;
  readonly shown: Shown;
  readonly highlighted: string | null;
}

/** With both shown the experts' shapes are filled and the model's are dashed over them. */
export function exploreScene(parts: ExploreParts, frame: number): Scene {
  const { structures, model, expert, shown, highlighted } = parts;
  const of = (document: SetDocument | null) =>
    document === null ? [] : layersOf(document, structures, frame, { highlighted });
  switch (shown) {
    case "none":
      return { layers: [], overlay: "none" };
    case "model":
      return { layers: of(model), overlay: "model" };
    case "expert":
      return { layers: of(expert), overlay: "expert" };
    case "both":
      return {
        layers: of(expert),
        ghosts: of(model).filter((one) => !one.isFaded),
        overlay: "both",
      };
  }
}

/** What to show after a key turned one of the two on or off. */
export function toggled(shown: Shown, which: "model" | "expert"): Shown {
  const on = {
    model: shown === "model" || shown === "both",
    expert: shown === "expert" || shown === "both",
  };
  on[which] = !on[which];
  if (on.model && on.expert) return "both";
  if (on.model) return "model";
  return on.expert ? "expert" : "none";
}
