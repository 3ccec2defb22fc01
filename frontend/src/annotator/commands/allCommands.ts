import type { Command, KeyTargets } from "./command";
import { drawCommands } from "./drawCommands";
import { historyCommands } from "./historyCommands";
import { judgementCommands } from "./judgementCommands";
import { lookCommands } from "./lookCommands";
import { suggestionCommands } from "./suggestionCommands";
import { timeCommands, timeStopCommands } from "./timeCommands";
import { toolCommands } from "./toolCommands";
import { workCommands } from "./workCommands";

/** Everything the annotator itself can do; those further up get a shared key first. */
export function allCommands(targets: KeyTargets): Command[] {
  return [
    ...timeStopCommands(targets),
    ...drawCommands(targets),
    ...toolCommands(targets),
    ...timeCommands(targets),
    ...suggestionCommands(targets),
    ...judgementCommands(targets),
    ...lookCommands(targets),
    ...workCommands(targets),
    ...historyCommands(targets),
  ];
}
