/** Several structures on one frame as one label image. */

import { shapeMask } from "./raster";
import { paintMask } from "./rle";
import { type Shape, ShapeError } from "./shapes";

/**
 * Paint shapes into a row-major image of `width` x `height`, background 0. `layers` holds [channel,
 * shape] in the order of the procedure's structures; where shapes overlap the later one wins. Throws
 * ShapeError for a channel outside 1..255.
 */
export function labelMap(
  layers: Iterable<readonly [number, Shape | null]>,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  const labels = new Uint8Array(width * height);
  for (const [channel, shape] of layers) {
    if (!(Number.isInteger(channel) && channel >= 1 && channel <= 255)) {
      throw new ShapeError(`The channel of a structure must be 1 to 255, not ${channel}.`);
    }
    paintMask(shapeMask(shape, width, height), labels, width, height, channel);
  }
  return labels;
}
