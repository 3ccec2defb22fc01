/** What the mouse does, told beside the keys: [gesture, what it does]. */
export type Gesture = readonly [string, string];

export const DRAWING_GESTURES: readonly Gesture[] = [
  ["Click the first point, or double click", "Close the contour"],
  ["Double click or Alt click a curve", "Add a point on it"],
  ["Right click a point", "Remove it"],
  ["Shift click a segment", "Mark it uncertain, or certain again"],
  ["Wheel with a brush or the sculpting tool", "Its size (Ctrl wheel zooms)"],
  ["Alt while painting", "Take away instead of adding"],
  ["Alt with the scissors", "A straight line"],
  ["Shift or Alt with an ellipse", "A circle, or from the centre"],
  ["Shift while turning", "Steps of 15 degrees"],
  ["Pen", "Its pressure is the brush's size; its other end erases"],
  ["Two fingers", "Move and zoom the picture; one finger draws"],
];

export const VIEWING_GESTURES: readonly Gesture[] = [
  ["Wheel", "Zoom"],
  ["Space drag", "Move the picture"],
  ["Right drag", "Window and level"],
  ["Shift drag on the bar", "Play only a part of the clip"],
  ["Double click on the frame number", "Go to a frame"],
];
