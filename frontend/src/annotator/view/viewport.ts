import type { Point } from "../../geometry";

/** Where the image lies on the screen: screen = image * scale + (x, y), in CSS pixels. */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MIN_SCALE = 0.05;
const MAX_SCALE = 64;
/** This much of the image always stays in reach, in CSS pixels. */
const GRIP = 48;

/** The whole image, as large as it can be, in the middle. */
export function fitted(image: Size, screen: Size, margin = 8): Viewport {
  const room = {
    width: Math.max(1, screen.width - 2 * margin),
    height: Math.max(1, screen.height - 2 * margin),
  };
  const scale = Math.min(room.width / image.width, room.height / image.height);
  return centred(image, screen, clampedScale(scale));
}

/** The image's middle in the screen's middle at a given scale. */
export function centred(image: Size, screen: Size, scale: number): Viewport {
  return {
    scale,
    x: Math.round((screen.width - image.width * scale) / 2),
    y: Math.round((screen.height - image.height * scale) / 2),
  };
}

/** Change the scale so that the image stays where it is under a place on the screen. */
export function zoomed(view: Viewport, factor: number, at: Point): Viewport {
  const scale = clampedScale(view.scale * factor);
  const ratio = scale / view.scale;
  return { scale, x: at[0] - (at[0] - view.x) * ratio, y: at[1] - (at[1] - view.y) * ratio };
}

export function panned(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

/** The nearest viewport in which the image can still be grasped. */
export function kept(view: Viewport, image: Size, screen: Size): Viewport {
  const limit = (offset: number, length: number, room: number) =>
    Math.min(Math.max(offset, GRIP - length * view.scale), room - GRIP);
  return {
    scale: view.scale,
    x: limit(view.x, image.width, screen.width),
    y: limit(view.y, image.height, screen.height),
  };
}

export function toImage(view: Viewport, [x, y]: Point): Point {
  return [(x - view.x) / view.scale, (y - view.y) / view.scale];
}

export function toScreen(view: Viewport, [x, y]: Point): Point {
  return [x * view.scale + view.x, y * view.scale + view.y];
}

function clampedScale(scale: number): number {
  return Math.min(Math.max(scale, MIN_SCALE), MAX_SCALE);
}
