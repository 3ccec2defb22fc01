/** How a picture stands in the room there is for it. */
import type { Size } from "./boxes";

export interface Placed {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Screen pixels to a pixel of the picture. */
  scale: number;
}

const LARGEST = 4;

/** As large as it can be in `room` with `margin` around it, at most four times its size. */
export function placed(picture: Size, room: Size, margin: number): Placed {
  const scale = Math.min(
    Math.max((room.width - 2 * margin) / picture.width, 0.01),
    Math.max((room.height - 2 * margin) / picture.height, 0.01),
    LARGEST,
  );
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { left: (room.width - width) / 2, top: (room.height - height) / 2, width, height, scale };
}

/** How much larger than fitted, and where the picture's middle stands, in screen pixels off centre. */
export interface Zoom {
  readonly factor: number;
  readonly dx: number;
  readonly dy: number;
}

export const FITTED: Zoom = { factor: 1, dx: 0, dy: 0 };
export const MOST_ZOOM = 12;

/** The picture as it stands when zoomed; some of it always stays in the room. */
export function zoomedIn(fit: Placed, { factor, dx, dy }: Zoom): Placed {
  const width = fit.width * factor;
  const height = fit.height * factor;
  return {
    left: fit.left + fit.width / 2 + dx - width / 2,
    top: fit.top + fit.height / 2 + dy - height / 2,
    width,
    height,
    scale: fit.scale * factor,
  };
}

/** Carried by screen pixels, as far as half of the picture's own width and height. */
export function panned(zoom: Zoom, fit: Placed, x: number, y: number): Zoom {
  const within = (value: number, most: number) => Math.min(Math.max(value, -most), most);
  return {
    factor: zoom.factor,
    dx: within(zoom.dx + x, (fit.width * zoom.factor) / 2),
    dy: within(zoom.dy + y, (fit.height * zoom.factor) / 2),
  };
}

/** Enlarged `by` times about a place of the room, which stays under the pointer. */
export function zoomedAt(zoom: Zoom, fit: Placed, by: number, x: number, y: number): Zoom {
  const factor = Math.min(Math.max(zoom.factor * by, 1), MOST_ZOOM);
  if (factor === 1) return FITTED;
  const ratio = factor / zoom.factor;
  const offX = x - (fit.left + fit.width / 2);
  const offY = y - (fit.top + fit.height / 2);
  return panned(
    { factor, dx: offX - (offX - zoom.dx) * ratio, dy: offY - (offY - zoom.dy) * ratio },
    fit,
    0,
    0,
  );
}

export const frameStyle = ({ left, top, width, height }: Placed) => ({ left, top, width, height });
