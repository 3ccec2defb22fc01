import {
  type Box,
  boundingBox,
  clippedBox,
  joined,
  type Mask,
  paintMask,
  shapeMask,
} from "../../geometry";
import type { Layer } from "./scene";

/** "#rrggbb" as red, green, blue. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.replace("#", ""), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** A colour and an alpha of 0 to 255 as a word of image data. */
export function wordOf(colour: string, alpha: number): number {
  const [red, green, blue] = rgbOf(colour);
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

interface Drawn {
  readonly shape: Layer["shape"];
  readonly channel: number;
  readonly word: number;
}

/**
 * The label map of a frame in the structures' colours, one image pixel a pixel, fully opaque:
 * `geometry` rasterises it, so what is seen is what is trained on. Only the box around what has
 * changed since the last drawing is made anew.
 */
export class LabelImage {
  readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly pixels: ImageData;
  private readonly words: Uint32Array;
  private drawn: readonly Drawn[] = [];
  private masks = new WeakMap<Layer["shape"], Mask>();

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw.");
    this.context = context;
    this.pixels = context.createImageData(width, height);
    this.words = new Uint32Array(this.pixels.data.buffer);
  }

  /**
   * Faded layers keep their place in the map with a quarter of the strength. Gives the box of image
   * pixels that changed, or null when none did.
   */
  draw(layers: readonly Layer[]): Box | null {
    const wanted = layers.map(
      ({ shape, channel, colour, isFaded, fill = 1 }): Drawn => ({
        shape,
        channel,
        word: wordOf(colour, isFaded ? 64 : Math.round(255 * fill)),
      }),
    );
    const box = this.changed(this.drawn, wanted);
    this.drawn = wanted;
    if (box === null) return null;
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    // a pixel of two layers is that of the later one: the same rule as the label map's
    const labels = new Uint8Array(width * height);
    const palette = new Uint32Array(256);
    wanted.forEach(({ shape, channel, word }) => {
      palette[channel] = word;
      paintMask(this.maskOf(shape), labels, width, height, channel, box.left, box.top);
    });
    for (let row = 0; row < height; row++) {
      const begin = (row + box.top) * this.width + box.left;
      for (let column = 0; column < width; column++) {
        this.words[begin + column] = palette[labels[row * width + column] as number] as number;
      }
    }
    this.context.putImageData(this.pixels, 0, 0, box.left, box.top, width, height);
    return box;
  }

  /** Where layers differ from before: the boxes of those gone, new or out of order. */
  private changed(before: readonly Drawn[], after: readonly Drawn[]): Box | null {
    const isSame = (a: Drawn | undefined, b: Drawn | undefined) =>
      a?.shape === b?.shape && a?.channel === b?.channel && a?.word === b?.word;
    let start = 0;
    while (start < before.length && start < after.length && isSame(before[start], after[start])) {
      start++;
    }
    let [endBefore, endAfter] = [before.length, after.length];
    while (
      endBefore > start &&
      endAfter > start &&
      isSame(before[endBefore - 1], after[endAfter - 1])
    ) {
      endBefore--;
      endAfter--;
    }
    let box: Box | null = null;
    for (const { shape } of [...before.slice(start, endBefore), ...after.slice(start, endAfter)]) {
      box = joined(box, boundingBox(this.maskOf(shape)));
    }
    return box && clippedBox(box, this.width, this.height);
  }

  private maskOf(shape: Layer["shape"]): Mask {
    let mask = this.masks.get(shape);
    if (mask === undefined) {
      mask = shapeMask(shape, this.width, this.height);
      this.masks.set(shape, mask);
    }
    return mask;
  }
}
