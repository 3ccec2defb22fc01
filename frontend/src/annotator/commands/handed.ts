import type { Remap } from "./keymap";

export type Hand = "both" | "left" | "right";

/**
 * What the annotator needs all the time within the reach of one hand, the other being on the mouse
 * or pen. Commands not named keep their keys. A letter used here is taken from whoever had it.
 */
const LEFT: Remap = {
  "draw.close": ["enter", "space"],
  "draw.back": ["backspace", "z"],
  "draw.delete": ["delete", "ctrl+x"],
  "frames.play": ["shift+space"],
  "frames.next": ["arrowright", "g"],
  "frames.previous": ["arrowleft", "shift+g"],
  "frames.go": ["ctrl+g"],
  "time.next": [".", "alt+c"],
  "time.previous": [",", "alt+z"],
};

const RIGHT: Remap = {
  "draw.close": ["enter", "ö", ";"],
  "draw.back": ["backspace", "-"],
  "draw.cancel": ["escape", "\\"],
  "frames.whole": ["|"],
  "view.zoomOut": ["_"],
  "tool.edit": ["v", "k"],
  "tool.spline": ["d", "l"],
  "frames.pause": ["shift+k"],
  "frames.forwards": ["shift+l"],
  "frames.backwards": ["shift+j"],
  "suggestion.acceptAll": ["a", "j"],
  "suggestion.next": ["tab", "pagedown", "arrowdown"],
  "suggestion.previous": ["shift+tab", "pageup", "arrowup"],
  "view.hide": ["q", "'"],
};

export const LAYOUTS: Readonly<Record<Hand, Remap>> = { both: {}, left: LEFT, right: RIGHT };
