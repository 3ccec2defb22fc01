import type { Player } from "../../frames";
import type { Annotator } from "../core/annotator";
import type { AnnotationSession } from "../core/session";
import type { Stage } from "../view/stage";

export interface KeyTargets {
  readonly annotator: Annotator;
  readonly session: AnnotationSession;
  readonly player: Player;
  readonly stage: Stage | null;
}

/** Do what a key of the annotator alone says; false when it says nothing. */
export function annotatorKey(targets: KeyTargets, key: string): boolean {
  const { annotator, session, player, stage } = targets;
  if (editingKey(targets, key)) {
    stage?.invalidate();
    return true;
  }
  if (/^[1-9]$/.test(key)) {
    const structure = annotator.structures[Number(key) - 1];
    if (structure !== undefined) annotator.chooseStructure(structure.id);
    return structure !== undefined;
  }
  switch (key) {
    case "s":
      annotator.toggleGhost();
      return true;
    case ",":
    case ".": {
      const frame = annotator.keyframeBeside(key === "." ? 1 : -1);
      if (frame !== null) player.go(frame);
      return true;
    }
    case "ctrl+s":
      void session.outbox.flush();
      return true;
    default:
      return false;
  }
}

function editingKey({ annotator, session }: KeyTargets, key: string): boolean {
  if (annotator.isReadOnly) return false;
  if (annotator.tool.key(TOOL_KEYS[key] ?? key)) return true;
  switch (key) {
    case "ctrl+z":
      session.undo();
      return true;
    case "ctrl+shift+z":
    case "ctrl+y":
      session.redo();
      return true;
    case "v":
      annotator.chooseTool("edit");
      return true;
    case "d":
      annotator.chooseTool("spline");
      return true;
    case "p":
      annotator.chooseTool("polygon");
      return true;
    case "n":
      annotator.drawAnother();
      return true;
    case "c":
      annotator.copyHere();
      return true;
    case "x":
      annotator.markAbsent();
      return true;
    case "a":
      annotator.acceptAll();
      return true;
    default:
      return false;
  }
}

const TOOL_KEYS: Readonly<Record<string, string>> = {
  enter: "Enter",
  escape: "Escape",
  backspace: "Backspace",
  delete: "Delete",
};

export const ANNOTATOR_KEYS: readonly (readonly [string, string])[] = [
  ["1 – 9", "Choose a structure"],
  ["V", "Choose and edit"],
  ["D", "Draw a curve"],
  ["P", "Draw a polygon"],
  ["Enter", "Close the contour (also: click its first point, or double click)"],
  ["Backspace", "Take back the last point while drawing"],
  ["Esc", "Give up the contour, or choose nothing"],
  ["Double click", "Add a point on the curve (also: Alt click)"],
  ["Right click", "Remove a point (also: Delete)"],
  ["Shift click", "Mark a segment uncertain, or certain again"],
  ["N", "Draw a further one of the structure"],
  ["C", "Copy the shape to this frame"],
  ["X", "Not visible from this frame on"],
  ["A", "Accept all suggestions on this frame"],
  ["S", "Show or hide suggestions"],
  [", .", "Previous or next keyframe"],
  ["Ctrl Z", "Undo"],
  ["Ctrl Shift Z", "Redo"],
  ["Ctrl S", "Save now (it also happens by itself)"],
];
