import { labelMap, shapeMask } from "../../geometry";
import type { Layer } from "./scene";

/** "#rrggbb" as red, green, blue. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.replace("#", ""), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/**
 * The label map of a frame in the structures' colours, one image pixel a pixel, fully opaque:
 * `geometry` rasterises it, so what is seen is what is trained on.
 */
export class LabelImage {
  readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly pixels: ImageData;
  private readonly words: Uint32Array;
  private readonly width: number;
  private readonly height: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw.");
    this.context = context;
    this.pixels = context.createImageData(width, height);
    this.words = new Uint32Array(this.pixels.data.buffer);
  }

  /** Faded layers keep their place in the map with a quarter of the strength. */
  draw(layers: readonly Layer[]): void {
    const labels = labelMap(
      layers.map((layer) => [layer.channel, shapeMask(layer.shape, this.width, this.height)]),
      this.width,
      this.height,
    );
    const palette = new Uint32Array(256);
    for (const layer of layers) {
      const [red, green, blue] = rgbOf(layer.colour);
      const alpha = layer.isFaded ? 64 : 255;
      palette[layer.channel] = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    }
    const { words } = this;
    for (let i = 0; i < words.length; i++) words[i] = palette[labels[i] as number] as number;
    this.context.putImageData(this.pixels, 0, 0);
  }
}
