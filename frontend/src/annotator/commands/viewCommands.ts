import { NEUTRAL, PLAIN } from "../../frames";
import type { ChangeAppearance } from "../page/useAppearance";
import type { Appearance } from "../view/scene";
import type { Stage } from "../view/stage";
import type { Command } from "./command";

/** The picture as it is stored: no window, gamma, inversion or filter. */
export const AS_STORED: Pick<Appearance, "tone" | "recipe"> = { tone: NEUTRAL, recipe: PLAIN };

/** How the picture is seen. */
export function viewCommands(change: ChangeAppearance, stage: Stage | null): Command[] {
  const view = (id: string, title: string, keys: readonly string[], run: () => void): Command => ({
    id: `view.${id}`,
    title,
    group: "View",
    keys,
    run,
  });
  const zoom = (id: string, title: string, keys: readonly string[], run: (on: Stage) => void) => ({
    ...view(id, title, keys, () => stage !== null && run(stage)),
    isAvailable: () => stage !== null,
  });
  return [
    view("outline", "Outlines only", ["shift+o"], () =>
      change((before) => ({ isOutlineOnly: !before.isOutlineOnly })),
    ),
    view("invert", "Invert the picture", ["shift+i"], () =>
      change(({ tone }) => ({ tone: { ...tone, isInverted: !tone.isInverted } })),
    ),
    view("ruler", "Show or hide the ruler", ["shift+u"], () =>
      change((before) => ({ hasRuler: !before.hasRuler })),
    ),
    view("stored", "The picture as it is stored", ["shift+w"], () => change(AS_STORED)),
    zoom("zoomIn", "Zoom in", ["+", "="], (on) => on.zoom(1.4)),
    zoom("zoomOut", "Zoom out", ["-"], (on) => on.zoom(1 / 1.4)),
    zoom("fit", "Whole picture", ["0"], (on) => on.fit()),
    zoom("actual", "One picture pixel on one screen pixel", ["shift+z"], (on) => on.actualSize()),
  ];
}
