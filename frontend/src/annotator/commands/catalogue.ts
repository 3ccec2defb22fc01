import type { Player } from "../../frames";
import type { Annotator } from "../core/annotator";
import type { AnnotationSession } from "../core/session";
import { allCommands } from "./allCommands";
import type { Command } from "./command";
import { playerCommands } from "./playerCommands";
import { nextClipCommand } from "./queueCommands";
import { roomCommands, stoppingCommands } from "./roomCommands";
import { viewCommands } from "./viewCommands";

const nothing = () => {};

/** Every command of the annotator by name and keys, where no clip is open: none can be run. */
export function catalogue(): Pick<Command, "id" | "title" | "group" | "keys">[] {
  // commands reach for these only when they are run
  const annotator = {
    isReadOnly: true,
    structures: Array.from({ length: 9 }, (_, i) => ({ id: `${i}`, name: `structure ${i + 1}` })),
  } as unknown as Annotator;
  const session = {} as AnnotationSession;
  const player = {} as Player;
  const acts = {
    isMeasuring: false,
    isFull: false,
    setMeasuring: nothing,
    toggleFull: nothing,
    hide: nothing,
    typeNumber: nothing,
    zoomTimeline: nothing,
    showKeys: nothing,
    showPalette: nothing,
  };
  return [
    ...stoppingCommands(acts),
    ...allCommands({ annotator, session, player, stage: null }),
    nextClipCommand(null),
    ...roomCommands(acts),
    ...viewCommands(nothing, null),
    ...playerCommands(player),
  ];
}
