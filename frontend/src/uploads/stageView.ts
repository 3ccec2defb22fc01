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

export const frameStyle = ({ left, top, width, height }: Placed) => ({ left, top, width, height });
