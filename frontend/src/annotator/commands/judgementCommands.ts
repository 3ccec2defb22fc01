import { Judging } from "../core/judging";
import type { ImageQuality } from "../core/operations";
import type { Command, KeyTargets } from "./command";

const QUALITIES: readonly (readonly [ImageQuality, string, string])[] = [
  ["good", "Image quality: good", "alt+1"],
  ["usable", "Image quality: usable", "alt+2"],
  ["poor", "Image quality: poor", "alt+3"],
];

/** What is said of a frame besides its shapes. */
export function judgementCommands({ annotator, session }: KeyTargets): Command[] {
  const judging = new Judging(annotator, session);
  const isAvailable = () => !annotator.isReadOnly;
  return [
    {
      id: "judge.quality",
      title: "Image quality of the frame: to its choices",
      group: "Work",
      keys: ["i"],
      isAvailable,
      run: () => {
        const choices = document.querySelectorAll<HTMLInputElement>("[data-quality] input");
        const checked = [...choices].find((one) => one.checked);
        (checked ?? choices[0])?.focus();
      },
    },
    ...QUALITIES.map(
      ([quality, title, key]): Command => ({
        id: `judge.${quality}`,
        title,
        group: "Work",
        keys: [key],
        isAvailable,
        run: () => judging.quality(quality),
      }),
    ),
    {
      id: "judge.notVisible",
      title: "Chosen structure not visible on this frame, or take that back",
      group: "Work",
      keys: ["shift+x"],
      hint: "The frame then counts as annotated: the models learn that there is nothing.",
      isAvailable: () => isAvailable() && annotator.state.snapshot().structure !== null,
      run: () => {
        const { structure } = annotator.state.snapshot();
        if (structure !== null) judging.notVisible(structure);
      },
    },
  ];
}
