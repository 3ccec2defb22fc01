import type { DoubtHeat } from "../core/doubtHeat";
import type { Command } from "./command";

/** The layer of doubt over the picture. */
export function heatCommands(heat: DoubtHeat): Command[] {
  return [
    {
      id: "suggestion.doubt",
      title: "Show or hide where the suggestion is doubtful",
      group: "Suggestions",
      keys: ["alt+d"],
      isAvailable: () => heat.isAvailable,
      run: () => heat.toggle(),
    },
  ];
}
