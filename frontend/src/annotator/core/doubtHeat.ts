import { Store } from "./store";

/** A doubt map made visible, to be stretched over its frame. */
export interface Heat {
  readonly frame: number;
  readonly picture: CanvasImageSource;
}

/** Reads the map of a frame: null where nothing is doubtful; throws when it cannot be had. */
export type ReadMap = (frame: number) => Promise<CanvasImageSource | null>;

export interface HeatState {
  readonly isShown: boolean;
  /** Grows when a map has come, so that the scene is drawn anew. */
  readonly come: number;
  /** Frames whose map could not be had are asked for again when they are shown again. */
  readonly failed: boolean;
}

const KEPT = 200;

/** Where a suggestion is doubtful, as a layer over the picture that is switched on and off. */
export class DoubtHeat {
  readonly state = new Store<HeatState>({ isShown: false, come: 0, failed: false });
  private readonly known = new Map<number, CanvasImageSource | null>();
  private readonly asked = new Set<number>();
  private read: ReadMap | null = null;

  /** Another suggestion, or none. */
  set(read: ReadMap | null): void {
    this.read = read;
    this.known.clear();
    this.asked.clear();
    this.state.update((before) => ({ ...before, failed: false, come: before.come + 1 }));
  }

  get isAvailable(): boolean {
    return this.read !== null;
  }

  toggle(): void {
    this.state.update((before) => ({ ...before, isShown: !before.isShown }));
  }

  /** The map of a frame, where the layer is shown and the map has come; asks for it otherwise. */
  at(frame: number): Heat | null {
    if (!this.state.snapshot().isShown || this.read === null) return null;
    const picture = this.known.get(frame);
    if (picture === undefined) void this.ask(frame, this.read);
    return picture ? { frame, picture } : null;
  }

  private async ask(frame: number, read: ReadMap): Promise<void> {
    if (this.asked.has(frame)) return;
    this.asked.add(frame);
    try {
      const picture = await read(frame);
      if (read !== this.read) return;
      if (this.known.size >= KEPT) this.known.clear();
      this.known.set(frame, picture);
      this.state.update((before) => ({ ...before, failed: false, come: before.come + 1 }));
    } catch {
      if (read === this.read) this.state.update((before) => ({ ...before, failed: true }));
    } finally {
      this.asked.delete(frame);
    }
  }
}

/**
 * Grey pixels of a doubt map, 4 bytes each, into colour in place: yellow where doubt begins, red
 * where it is greatest, nothing where there is none.
 */
export function colourDoubt(pixels: Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const doubt = (pixels[at] as number) / 255;
    pixels[at] = 255;
    pixels[at + 1] = 230 * (1 - doubt);
    pixels[at + 2] = 40;
    pixels[at + 3] = 215 * Math.sqrt(doubt);
  }
}
