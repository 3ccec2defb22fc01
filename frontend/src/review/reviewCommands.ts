import type { Command } from "../annotator/commands/command";

export interface ReviewActs {
  readonly mayDecide: boolean;
  readonly isPinning: boolean;
  ask(decision: "accept" | "return"): void;
  pin(): void;
  stopPinning(): void;
  goToDrawn(direction: 1 | -1): void;
  /** To the frames that differ from what the reading is compared with. */
  walk(direction: 1 | -1): void;
  correct(): void;
  toggleHistory(): void;
}

/** What a reviewer can do. */
export function reviewCommands(acts: ReviewActs): Command[] {
  const isAvailable = () => acts.mayDecide;
  return [
    {
      id: "review.stopPinning",
      title: "Do not pin a remark",
      group: "Work",
      keys: ["escape"],
      isAvailable: () => acts.isPinning,
      run: () => acts.stopPinning(),
    },
    {
      id: "review.accept",
      title: "Accept",
      group: "Work",
      keys: ["a"],
      isAvailable,
      run: () => acts.ask("accept"),
    },
    {
      id: "review.return",
      title: "Return with a remark",
      group: "Work",
      keys: ["r"],
      isAvailable,
      run: () => acts.ask("return"),
    },
    {
      id: "review.correct",
      title: "Correct it yourself",
      group: "Work",
      keys: ["c"],
      isAvailable,
      run: () => acts.correct(),
    },
    {
      id: "review.pin",
      title: "Pin a place for a remark",
      group: "Work",
      keys: ["p"],
      isAvailable,
      run: () => acts.pin(),
    },
    {
      id: "work.history",
      title: "History of the work",
      group: "Work",
      keys: ["shift+h"],
      hint: "Look at earlier states.",
      run: () => acts.toggleHistory(),
    },
    {
      id: "review.previousChanged",
      title: "Previous frame that differs",
      group: "Frames",
      keys: ["["],
      run: () => acts.walk(-1),
    },
    {
      id: "review.nextChanged",
      title: "Next frame that differs",
      group: "Frames",
      keys: ["]"],
      run: () => acts.walk(1),
    },
    {
      id: "review.previous",
      title: "Previous frame that was drawn",
      group: "Frames",
      keys: [","],
      run: () => acts.goToDrawn(-1),
    },
    {
      id: "review.next",
      title: "Next frame that was drawn",
      group: "Frames",
      keys: ["."],
      run: () => acts.goToDrawn(1),
    },
  ];
}
