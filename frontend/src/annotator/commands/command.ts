import type { Player } from "../../frames";
import type { Annotator } from "../core/annotator";
import type { AnnotationSession } from "../core/session";
import type { TimeDesk } from "../core/time/timeDesk";
import type { Stage } from "../view/stage";

export type CommandGroup =
  | "Tools"
  | "Draw"
  | "Through time"
  | "Suggestions"
  | "Frames"
  | "View"
  | "Work";

/** In the order in which they are listed. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  "Tools",
  "Draw",
  "Through time",
  "Suggestions",
  "Frames",
  "View",
  "Work",
];

/** One thing a person can do on a page: keys, palette and the list of keys all read this. */
export interface Command {
  /** Stable, as "tool.brush": changed keys are stored under it. */
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /** Keys it has unless a person chose others, written as `useKeys` names them. */
  readonly keys: readonly string[];
  readonly hint?: string;
  /** Greyed in the palette and deaf to its keys when false. */
  isAvailable?(): boolean;
  /** Exactly false says that it had nothing to do: the key is offered to the next command. */
  run(): unknown;
  /** Makes it a key to hold: what happens when it is let go. */
  release?(): void;
}

/** What commands of the annotator act on. */
export interface KeyTargets {
  readonly annotator: Annotator;
  readonly session: AnnotationSession;
  readonly player: Player;
  readonly stage: Stage | null;
  readonly time?: TimeDesk;
}
