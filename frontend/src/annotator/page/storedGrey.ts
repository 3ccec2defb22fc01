import type { FrameStore } from "../../frames";
import type { GreySource } from "../core/drawing";

/** The grey values of a clip's frames as they are stored, also while a filtered view is shown. */
export class StoredGrey implements GreySource {
  private kept: { frame: number; gray: Uint8Array } | null = null;
  private loading: number | null = null;

  constructor(
    readonly width: number,
    readonly height: number,
    private readonly store: Pick<FrameStore, "peek" | "plain">,
  ) {}

  peek(frame: number): Uint8Array | null {
    if (this.kept?.frame === frame) return this.kept.gray;
    const shown = this.store.peek(frame);
    if (shown?.picture.filters === "") return shown.picture.gray;
    void this.load(frame);
    return null;
  }

  private async load(frame: number): Promise<void> {
    if (this.loading === frame) return;
    this.loading = frame;
    try {
      const { picture } = await this.store.plain(frame);
      if (this.loading === frame) this.kept = { frame, gray: picture.gray };
    } catch {
      // the frame itself says why it cannot be loaded; the next press asks again
    } finally {
      if (this.loading === frame) this.loading = null;
    }
  }
}
