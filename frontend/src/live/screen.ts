import type { DecodedFrame } from "./decodeMessage";
import type { LiveClass } from "./hubMessages";
import { LabelLayer } from "./labelLayer";
import { type Appearance, colourTable, paint } from "./overlay";

export interface ScreenParts {
  readonly stage: HTMLElement;
  /** Holds the canvases and labels, in the picture's proportions. */
  readonly box: HTMLElement;
  readonly picture: HTMLCanvasElement;
  readonly overlay: HTMLCanvasElement;
  readonly labels: HTMLElement;
}

/**
 * Draws messages: picture and mask of one message in one turn of the browser, so that no screen ever
 * shows them of two.
 */
export class Screen {
  private readonly layer: LabelLayer;
  private readonly watched: ResizeObserver;
  private drawn: DecodedFrame | null = null;
  private areStructuresShown = false;
  private table = new Uint32Array(256);
  private image: ImageData | null = null;

  constructor(
    private readonly parts: ScreenParts,
    private classes: readonly LiveClass[],
    private look: Appearance,
  ) {
    this.layer = new LabelLayer(parts.labels);
    this.table = colourTable(classes, look);
    this.watched = new ResizeObserver(() => this.fit());
    this.watched.observe(parts.stage);
  }

  close(): void {
    this.watched.disconnect();
    this.layer.clear();
  }

  /** Draw a message; its picture is closed. */
  draw(frame: DecodedFrame): void {
    const { picture } = this.parts;
    const { width, height } = frame.picture;
    const isOtherSize =
      this.drawn === null || this.drawn.width !== frame.width || this.drawn.height !== frame.height;
    if (picture.width !== width || picture.height !== height) {
      picture.width = width;
      picture.height = height;
    }
    picture.getContext("2d", { alpha: false })?.drawImage(frame.picture, 0, 0);
    frame.picture.close();
    this.drawn = frame;
    if (isOtherSize) this.fit();
    this.areStructuresShown = true;
    this.drawStructures();
  }

  /** Take the structures off the picture that stands. */
  removeStructures(): void {
    this.areStructuresShown = false;
    this.drawStructures();
  }

  /** Put the structures of the picture that stands back on it. */
  showStructures(): void {
    if (this.areStructuresShown) return;
    this.areStructuresShown = true;
    this.drawStructures();
  }

  change(classes: readonly LiveClass[], look: Appearance): void {
    this.classes = classes;
    this.look = look;
    this.table = colourTable(classes, look);
    this.drawStructures();
  }

  /** Screen pixels per frame pixel. */
  get scale(): number {
    const width = this.drawn?.width ?? 0;
    return width === 0 ? 0 : this.parts.box.clientWidth / width;
  }

  private drawStructures(): void {
    const { overlay } = this.parts;
    const mask = this.areStructuresShown ? (this.drawn?.mask ?? null) : null;
    const context = overlay.getContext("2d");
    if (context === null) return;
    if (mask === null || this.drawn === null || this.look.opacity <= 0) {
      context.clearRect(0, 0, overlay.width, overlay.height);
      this.layer.clear();
      return;
    }
    if (overlay.width !== mask.width || overlay.height !== mask.height) {
      overlay.width = mask.width;
      overlay.height = mask.height;
    }
    if (this.image?.width !== mask.width || this.image.height !== mask.height) {
      this.image = context.createImageData(mask.width, mask.height);
    }
    paint(mask.marked, this.table, new Uint32Array(this.image.data.buffer));
    context.putImageData(this.image, 0, 0);
    const { box } = this.parts;
    const shown = mask.regions.filter(({ index }) => !this.look.hidden.has(index));
    const size = { width: box.clientWidth, height: box.clientHeight };
    this.layer.show(shown, this.classes, this.drawn, size);
  }

  /** The picture as large as the stage lets it be. */
  private fit(): void {
    if (this.drawn === null) return;
    const { stage, box } = this.parts;
    const scale = Math.min(
      stage.clientWidth / this.drawn.width,
      stage.clientHeight / this.drawn.height,
    );
    box.style.width = `${Math.floor(this.drawn.width * scale)}px`;
    box.style.height = `${Math.floor(this.drawn.height * scale)}px`;
    box.style.setProperty("--scale", String(scale));
    this.drawStructures();
  }
}
