/** What the mouse does, told beside the keys: [gesture, what it does]. */
export type Gesture = readonly [string, string];

export const DRAWING_GESTURES: readonly Gesture[] = [
  ["Click the first point, or double click", "Close the contour"],
  ["Double click or Alt click a curve", "Add a point on it"],
  ["Right click a point", "Remove it"],
  ["Shift click a segment", "Mark it uncertain, or certain again"],
];

export const VIEWING_GESTURES: readonly Gesture[] = [
  ["Wheel", "Zoom"],
  ["Space drag", "Move the picture"],
  ["W drag, right drag", "Window and level"],
  ["Shift drag on the bar", "Play only a part of the clip"],
  ["Double click on the frame number", "Go to a frame"],
];
