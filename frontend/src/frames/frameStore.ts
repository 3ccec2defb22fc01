import { ByteCache } from "./byteCache";
import { type Chunk, ChunkError, parseChunk } from "./chunkFile";

/** What is drawn; `ImageBitmap` in a browser. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** A picture together with the only frame index it may be drawn under. */
export interface Frame<P extends Picture = ImageBitmap> {
  readonly index: number;
  readonly bitmap: P;
}

export interface ChunkAddress {
  readonly number: number;
  readonly first_frame: number;
  readonly frame_count: number;
  readonly url: string;
}

export interface FrameSources<P extends Picture> {
  fetchChunk(url: string, signal: AbortSignal): Promise<ArrayBuffer>;
  decode(png: Uint8Array<ArrayBuffer>): Promise<P>;
}

export interface FrameStoreOptions {
  /** Bytes of decoded pictures to keep (4 a pixel). */
  readonly pictureBytes?: number;
  /** Bytes of compressed chunks to keep. */
  readonly chunkBytes?: number;
  /** Frames decoded ahead of the playhead, in the direction of travel. */
  readonly ahead?: number;
  /** How long to wait before the wanted frame is asked for again. */
  readonly retryMs?: number;
}

interface Loading {
  readonly chunk: Promise<Chunk>;
  readonly stop: AbortController;
}

/** Pictures decoded side by side; browsers decode on threads of their own. */
const AT_ONCE = 3;

/**
 * Frames of one clip: fetched a chunk at a time, decoded one at a time, kept within a budget.
 *
 * `peek` and `request` give a picture only under its own index. A jump cancels the chunks that are
 * no longer near the playhead.
 */
export class FrameStore<P extends Picture = ImageBitmap> {
  readonly frameCount: number;
  private readonly chunks: readonly ChunkAddress[];
  private readonly pictures: ByteCache<Frame<P>>;
  private readonly files: ByteCache<Chunk>;
  private readonly loading = new Map<number, Loading>();
  private readonly decoding = new Map<number, Promise<Frame<P>>>();
  private readonly listeners = new Set<(index: number) => void>();
  private readonly failures = new Map<number, string>();
  private readonly ahead: number;
  private playhead = 0;
  private isOpen = true;
  private readonly retryMs: number;
  private retry: ReturnType<typeof setTimeout> | null = null;

  constructor(
    chunks: readonly ChunkAddress[],
    private readonly sources: FrameSources<P>,
    options: FrameStoreOptions = {},
  ) {
    this.chunks = [...chunks].sort((a, b) => a.first_frame - b.first_frame);
    this.frameCount = this.chunks.reduce((sum, chunk) => sum + chunk.frame_count, 0);
    this.ahead = options.ahead ?? 12;
    this.retryMs = options.retryMs ?? 2000;
    this.pictures = new ByteCache(options.pictureBytes ?? 256 * 2 ** 20, (frame) =>
      frame.bitmap.close(),
    );
    this.files = new ByteCache(options.chunkBytes ?? 96 * 2 ** 20);
  }

  /** Called with the index of each frame that becomes ready (or fails). */
  subscribe(listener: (index: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The picture of exactly this frame when it is ready now. Draw it at once; do not keep it. */
  peek(index: number): Frame<P> | undefined {
    return this.pictures.get(index);
  }

  /** Why this frame could not be loaded, once it could not. */
  failure(index: number): string | undefined {
    return this.failures.get(index);
  }

  /** The picture of exactly this frame. Rejects when cancelled by a jump or not decodable. */
  request(index: number): Promise<Frame<P>> {
    const ready = this.pictures.get(index);
    if (ready !== undefined) return Promise.resolve(ready);
    const running = this.decoding.get(index);
    if (running !== undefined) return running;
    const started = this.load(index);
    this.decoding.set(index, started);
    const done = () => {
      if (this.decoding.get(index) === started) this.decoding.delete(index);
    };
    started.then(done, done);
    return started;
  }

  /** Move the playhead: cancel what is far from it, fetch it, then what comes next. */
  seek(index: number, direction: 1 | -1 = 1): void {
    this.playhead = index;
    const wanted = this.wanted(index, direction);
    const near = new Set(wanted.map((frame) => this.chunkOf(frame)?.number));
    for (const [number, loading] of this.loading) {
      if (!near.has(number)) this.cancel(number, loading);
    }
    this.failures.delete(index);
    // the wanted frame first; what is ahead must not compete with it for the network
    this.attempt(index).then(async () => {
      for (let i = 0; i < wanted.length; i += AT_ONCE) {
        if (!this.isOpen || this.playhead !== index) return;
        await Promise.all(wanted.slice(i, i + AT_ONCE).map((frame) => this.attempt(frame)));
      }
    });
  }

  close(): void {
    this.isOpen = false;
    if (this.retry !== null) clearTimeout(this.retry);
    this.listeners.clear();
    for (const loading of this.loading.values()) loading.stop.abort();
    this.pictures.clear();
    this.files.clear();
  }

  /** Stop a chunk, and forget who waits for it: asked again, its frames are loaded anew. */
  private cancel(number: number, loading: Loading): void {
    loading.stop.abort();
    this.loading.delete(number);
    for (const index of [...this.decoding.keys()]) {
      if (this.chunkOf(index)?.number === number) this.decoding.delete(index);
    }
  }

  private wanted(index: number, direction: 1 | -1): number[] {
    const frames: number[] = [];
    for (let step = 0; step <= this.ahead; step++) {
      const frame = index + step * direction;
      if (frame >= 0 && frame < this.frameCount) frames.push(frame);
    }
    const back = index - direction;
    if (back >= 0 && back < this.frameCount) frames.push(back);
    return frames;
  }

  private async attempt(index: number): Promise<void> {
    try {
      await this.request(index);
    } catch (error) {
      if (!this.isOpen || isAbort(error)) return;
      this.failures.set(index, error instanceof Error ? error.message : "It could not be read.");
      this.tell(index);
      // a server that is away comes back; a damaged chunk stays damaged
      if (index === this.playhead && !(error instanceof ChunkError)) this.retryLater(index);
    }
  }

  private retryLater(index: number): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      if (this.isOpen && this.playhead === index) void this.attempt(index);
    }, this.retryMs);
  }

  private chunkOf(index: number): ChunkAddress | undefined {
    return this.chunks.find(
      (chunk) => index >= chunk.first_frame && index < chunk.first_frame + chunk.frame_count,
    );
  }

  private async load(index: number): Promise<Frame<P>> {
    const address = this.chunkOf(index);
    if (address === undefined) throw new ChunkError(`The clip has no frame ${index}.`);
    const chunk = this.files.get(address.number) ?? (await this.fetched(address));
    const bitmap = await this.sources.decode(chunk.png(index));
    if (!this.isOpen) {
      bitmap.close();
      throw new DOMException("The clip was closed.", "AbortError");
    }
    const frame = { index, bitmap };
    this.pictures.set(index, frame, 4 * bitmap.width * bitmap.height);
    this.failures.delete(index);
    this.tell(index);
    return frame;
  }

  private fetched(address: ChunkAddress): Promise<Chunk> {
    const running = this.loading.get(address.number);
    if (running !== undefined && !running.stop.signal.aborted) return running.chunk;
    const stop = new AbortController();
    const chunk = this.sources.fetchChunk(address.url, stop.signal).then((file) => {
      const parsed = parseChunk(file);
      if (parsed.firstFrame !== address.first_frame || parsed.frameCount !== address.frame_count) {
        throw new ChunkError(`Chunk ${address.number} holds other frames than it should.`);
      }
      this.files.set(address.number, parsed, parsed.byteSize);
      return parsed;
    });
    const loading = { chunk, stop };
    this.loading.set(address.number, loading);
    const done = () => {
      if (this.loading.get(address.number) === loading) this.loading.delete(address.number);
    };
    chunk.then(done, done);
    return chunk;
  }

  private tell(index: number): void {
    for (const listener of this.listeners) listener(index);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Chunks over HTTP; PNGs decoded without any change of their grey values. */
export const browserSources: FrameSources<ImageBitmap> = {
  async fetchChunk(url, signal) {
    const answer = await fetch(url, { signal, credentials: "same-origin" });
    if (!answer.ok) throw new Error(`The server answered ${answer.status} for these frames.`);
    return answer.arrayBuffer();
  },
  decode(png) {
    return createImageBitmap(new Blob([png], { type: "image/png" }), {
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    });
  },
};
