import { type GrayPicture, type Tone, toneTable } from "../../frames";

/** Grey values on a canvas of their own size, each through one lookup table. */
export class GrayCanvas {
  readonly canvas: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly pixels: ImageData;
  private readonly words: Uint32Array;
  private readonly palette = new Uint32Array(256);
  private tone: Tone | null = null;
  private drawn: GrayPicture | null = null;

  constructor(width: number, height: number) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    const context = this.canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("This browser cannot draw.");
    this.context = context;
    this.pixels = context.createImageData(width, height);
    this.words = new Uint32Array(this.pixels.data.buffer);
  }

  /** Does nothing when this picture is there already, in the same tone. */
  draw(picture: GrayPicture, tone: Tone): void {
    if (picture === this.drawn && tone === this.tone) return;
    if (tone !== this.tone) this.prepare(tone);
    const { words, palette } = this;
    const { gray } = picture;
    if (gray.length !== words.length) throw new Error("A frame has another size than its clip.");
    for (let i = 0; i < words.length; i++) words[i] = palette[gray[i] as number] as number;
    this.context.putImageData(this.pixels, 0, 0);
    this.drawn = picture;
  }

  private prepare(tone: Tone): void {
    toneTable(tone).forEach((bright, value) => {
      this.palette[value] = (0xff000000 | (bright << 16) | (bright << 8) | bright) >>> 0;
    });
    this.tone = tone;
  }
}
