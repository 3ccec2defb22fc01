import type { Box } from "../../geometry";
import { wordOf } from "./labelImage";
import type { Painting } from "./scene";

/** A shape while it is painted, on a canvas of the picture's size; only changed boxes are sent. */
export class PaintImage {
  readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private shown: Painting | null = null;

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
  }

  /** Gives the box of image pixels that changed, or null when none did. */
  draw(painting: Painting | null): Box | null {
    const isNew = painting !== this.shown;
    const hadAny = this.shown !== null;
    this.shown = painting;
    const whole = { left: 0, top: 0, right: this.width, bottom: this.height };
    if (isNew && hadAny) this.context.clearRect(0, 0, this.width, this.height);
    if (painting === null) return hadAny ? whole : null;
    const box = painting.takeDirty();
    if (box !== null) this.send(painting, box);
    return isNew && hadAny ? whole : box;
  }

  private send(painting: Painting, box: Box): void {
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    const data = this.context.createImageData(width, height);
    const words = new Uint32Array(data.data.buffer);
    const word = wordOf(painting.colour, 255);
    for (let row = 0; row < height; row++) {
      const begin = (row + box.top) * painting.width + box.left;
      for (let column = 0; column < width; column++) {
        if (painting.pixels[begin + column] === 1) words[row * width + column] = word;
      }
    }
    this.context.putImageData(data, box.left, box.top);
  }
}
