import type { Command, KeyTargets } from "./command";

/** Frames that "propagate by a few" goes. */
const A_FEW = 20;

/** What stops a shape that is being carried on: it gets Escape before the tools do. */
export function timeStopCommands({ time }: KeyTargets): Command[] {
  return [
    {
      id: "time.stop",
      title: "Stop carrying the shape on",
      group: "Through time",
      keys: ["escape"],
      isAvailable: () => time?.propagations.state.snapshot()?.isRunning === true,
      run: () => time?.propagations.cancel(),
    },
  ];
}

/** What carries shapes from frame to frame. */
export function timeCommands({ annotator, player, time }: KeyTargets): Command[] {
  const isAvailable = () => !annotator.isReadOnly;
  const toKeyframe = (direction: 1 | -1) => {
    const frame = annotator.keyframeBeside(direction);
    if (frame !== null) player.go(frame);
  };
  const command = (
    id: string,
    title: string,
    keys: readonly string[],
    run: () => unknown,
  ): Command => ({ id: `time.${id}`, title, group: "Through time", keys, isAvailable, run });
  const carried = () => time?.propagations.state.snapshot() ?? null;
  return [
    {
      ...command("keep", "Keep the carried shapes", ["alt+enter"], () => time?.keep()),
      isAvailable: () => isAvailable() && carried()?.isRunning === false,
    },
    {
      ...command("keepUpTo", "Keep the carried shapes up to this frame", ["alt+shift+enter"], () =>
        time?.keep(player.snapshot().index),
      ),
      isAvailable: () => isAvailable() && carried() !== null,
    },
    {
      ...command("discard", "Throw the carried shapes away", ["shift+escape"], () =>
        time?.discard(),
      ),
      isAvailable: () => carried() !== null,
    },
    command("copy", "Copy the shape to this frame", ["c"], () => annotator.copyHere()),
    command("copyRange", "Copy the shape to the chosen frames", ["shift+d"], () =>
      time?.copyToRange(),
    ),
    command("propagate", "Carry the shape on to the next keyframe", ["shift+p"], () =>
      time?.propagate(1),
    ),
    command("propagateBack", "Carry the shape back to the keyframe before", ["alt+p"], () =>
      time?.propagate(-1),
    ),
    command("propagateFew", `Carry the shape on by ${A_FEW} frames`, [], () =>
      time?.propagate(1, A_FEW),
    ),
    command("propagateBackFew", `Carry the shape back by ${A_FEW} frames`, [], () =>
      time?.propagate(-1, A_FEW),
    ),
    command("propagateEnd", "Carry the shape on to the end of the clip", [], () =>
      time?.propagate(1, "end"),
    ),
    command("propagateStart", "Carry the shape back to the start of the clip", [], () =>
      time?.propagate(-1, "end"),
    ),
    command("absent", "Not visible from this frame on", ["x"], () => annotator.markAbsent()),
    command("absentHere", "Take the shape off this frame only", [], () => time?.absentHere()),
    command("back", "Visible again from this frame on", ["alt+x"], () => time?.backHere()),
    command("deleteKeyframe", "Delete the keyframe of this frame", ["shift+delete"], () =>
      time?.deleteKeyframe(),
    ),
    command("deleteRange", "Delete the keyframes of the chosen frames", ["alt+delete"], () =>
      time?.deleteRange(),
    ),
    command("later", "Move the keyframe one frame on", ["alt+arrowright"], () => {
      if (time?.nudge(1) !== true) return false;
      player.step(1);
      return true;
    }),
    command("earlier", "Move the keyframe one frame back", ["alt+arrowleft"], () => {
      if (time?.nudge(-1) !== true) return false;
      player.step(-1);
      return true;
    }),
    command("retime", "Spread the keyframes of the chosen frames up to this frame", [], () =>
      time?.retimeHere(),
    ),
    {
      ...command("previous", "Previous keyframe", [","], () => toKeyframe(-1)),
      isAvailable: () => true,
    },
    {
      ...command("next", "Next keyframe", ["."], () => toKeyframe(1)),
      isAvailable: () => true,
    },
  ];
}
