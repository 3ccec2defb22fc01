import type { Command, KeyTargets } from "./command";

/** What carries shapes from frame to frame. */
export function timeCommands({ annotator, player }: KeyTargets): Command[] {
  const isAvailable = () => !annotator.isReadOnly;
  const toKeyframe = (direction: 1 | -1) => {
    const frame = annotator.keyframeBeside(direction);
    if (frame !== null) player.go(frame);
  };
  return [
    {
      id: "time.copy",
      title: "Copy the shape to this frame",
      group: "Through time",
      keys: ["c"],
      isAvailable,
      run: () => annotator.copyHere(),
    },
    {
      id: "time.absent",
      title: "Not visible from this frame on",
      group: "Through time",
      keys: ["x"],
      isAvailable,
      run: () => annotator.markAbsent(),
    },
    {
      id: "time.previous",
      title: "Previous keyframe",
      group: "Through time",
      keys: [","],
      run: () => toKeyframe(-1),
    },
    {
      id: "time.next",
      title: "Next keyframe",
      group: "Through time",
      keys: ["."],
      run: () => toKeyframe(1),
    },
  ];
}
