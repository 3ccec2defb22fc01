import { ByteCache } from "./byteCache";
import { ChunkError } from "./chunkFile";
import { type ChunkAddress, ChunkLoader, type FetchChunk } from "./chunkLoader";
import type { GrayPicture } from "./decoding";
import { type FilterRecipe, PLAIN, recipeKey } from "./filters/recipe";

/** A picture together with the only frame index it may be drawn under. */
export interface Frame<P = GrayPicture> {
  readonly index: number;
  readonly picture: P;
}

export interface FrameSources<P> {
  readonly fetchChunk: FetchChunk;
  /** One frame by itself where that is sooner here than its chunk of so many bytes, else null. */
  fetchFrame?(
    index: number,
    chunkBytes: number,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> | null;
  decode(file: Uint8Array<ArrayBuffer>, recipe: FilterRecipe): Promise<P>;
}

export interface FrameStoreOptions {
  /** Bytes of decoded pictures to keep (1 a pixel). */
  readonly pictureBytes?: number;
  /** Bytes of compressed chunks to keep. */
  readonly chunkBytes?: number;
  /** Frames decoded ahead of the playhead in the direction of travel; as many as fit unless told. */
  readonly ahead?: number;
  /** Frames decoded side by side. */
  readonly atOnce?: number;
  /** How long to wait before the wanted frame is asked for again. */
  readonly retryMs?: number;
}

/** A frame behind the playhead counts as far as one three times as far ahead. */
const BEHIND = 3;
const CHUNKS_AT_ONCE = 2;

/**
 * Frames of one clip: fetched a chunk at a time, decoded one at a time, kept within a budget.
 *
 * `peek` and `request` give a picture only under its own index. The frame at the playhead comes
 * first, then what lies ahead in the direction of travel, then what lies behind, then the
 * compressed rest of the clip. A jump to a frame that is not here cancels chunks far from it.
 */
export class FrameStore<
  P extends { readonly width: number; readonly height: number } = GrayPicture,
> {
  private readonly loader: ChunkLoader;
  private readonly pictures: ByteCache<Frame<P>>;
  private readonly decoding = new Map<number, Promise<Frame<P>>>();
  private readonly listeners = new Set<(index: number) => void>();
  private readonly failures = new Map<number, string>();
  /** Chunks that could not be read; left alone until the playhead is in them. */
  private readonly troubled = new Set<number>();
  private readonly ahead: number;
  private readonly atOnce: number;
  private readonly retryMs: number;
  private readonly closing = new AbortController();
  private playhead = 0;
  private direction: 1 | -1 = 1;
  private isOpen = true;
  private recipe: FilterRecipe = PLAIN;
  private generation = 0;
  /** Decoded with an earlier recipe: shown until its successor is there. */
  private stale: number | null = null;
  private running = 0;
  private fetching = 0;
  private pictureSize = 0;
  private retry: ReturnType<typeof setTimeout> | null = null;

  constructor(
    chunks: readonly ChunkAddress[],
    private readonly sources: FrameSources<P>,
    options: FrameStoreOptions = {},
  ) {
    const farness = (frame: number) => this.farness(frame);
    this.loader = new ChunkLoader(
      chunks,
      (url, signal) => sources.fetchChunk(url, signal),
      options.chunkBytes ?? 96 * 2 ** 20,
      farness,
    );
    this.ahead = options.ahead ?? Number.POSITIVE_INFINITY;
    this.atOnce = options.atOnce ?? 3;
    this.retryMs = options.retryMs ?? 2000;
    this.pictures = new ByteCache(options.pictureBytes ?? 256 * 2 ** 20, undefined, farness);
  }

  get frameCount(): number {
    return this.loader.frameCount;
  }

  /** Say which chunks the clip has; until then frames come one by one, each by its own address. */
  open(chunks: readonly ChunkAddress[]): void {
    if (!this.isOpen || this.frameCount > 0) return;
    this.loader.open(chunks);
    this.seek(this.playhead, this.direction);
  }

  /** Called with the index of each frame that becomes ready (or fails). */
  subscribe(listener: (index: number) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The picture of exactly this frame when it is ready now. */
  peek(index: number): Frame<P> | undefined {
    return this.pictures.get(index);
  }

  /** The ready frame nearest to this one, under its own index, within so many frames. */
  nearest(index: number, within: number): Frame<P> | undefined {
    for (let away = 0; away <= within; away++) {
      const frame = this.pictures.get(index - away) ?? this.pictures.get(index + away);
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  /** Decode a frame that lies beside the way, when that needs no network. */
  preview(index: number): void {
    const chunk = this.loader.of(index);
    if (chunk !== undefined && this.loader.has(chunk)) this.request(index).catch(() => undefined);
  }

  /** How many frames are decoded, and how many could be drawn without the network. */
  buffered(): { decoded: number; here: number } {
    let here = 0;
    for (const chunk of this.loader.chunks) if (this.loader.has(chunk)) here += chunk.frame_count;
    return { decoded: [...this.pictures.keys()].length, here };
  }

  /** Why this frame could not be loaded, once it could not. */
  failure(index: number): string | undefined {
    return this.failures.get(index);
  }

  /** The picture of exactly this frame. Rejects when cancelled by a jump or not decodable. */
  request(index: number): Promise<Frame<P>> {
    const ready = index === this.stale ? undefined : this.pictures.get(index);
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

  /** The stored pixels of exactly this frame, whatever filters it is shown through. */
  async plain(index: number): Promise<Frame<P>> {
    return { index, picture: await this.sources.decode(await this.stored(index), PLAIN) };
  }

  /** Move the playhead: fetch it, then what comes next; cancel what stands in its way. */
  seek(index: number, direction: 1 | -1 = 1): void {
    this.playhead = index;
    this.direction = direction;
    const address = this.loader.of(index);
    if (address !== undefined && !this.loader.has(address) && !this.pictures.has(index)) {
      this.cancelFar(address);
    }
    if (address !== undefined) this.troubled.delete(address.number);
    this.failures.delete(index);
    // what is ahead must not compete with the wanted frame for the network
    void this.attempt(index).then(() => this.pump());
  }

  /** Show frames through other filters. The frame at the playhead stays until it is replaced. */
  setRecipe(recipe: FilterRecipe): void {
    if (recipeKey(recipe) === recipeKey(this.recipe)) return;
    this.recipe = recipe;
    this.generation++;
    for (const index of [...this.pictures.keys()]) {
      if (index !== this.playhead) this.pictures.delete(index);
    }
    this.stale = this.pictures.has(this.playhead) ? this.playhead : null;
    this.decoding.clear();
    this.seek(this.playhead, this.direction);
  }

  close(): void {
    this.isOpen = false;
    this.closing.abort();
    if (this.retry !== null) clearTimeout(this.retry);
    this.listeners.clear();
    this.loader.close();
    this.pictures.clear();
  }

  private farness(frame: number): number {
    const ahead = (frame - this.playhead) * this.direction;
    return ahead >= 0 ? ahead : -BEHIND * ahead;
  }

  /** Stop chunks not near the playhead, and forget who waits: asked again, they load anew. */
  private cancelFar(wanted: ChunkAddress): void {
    const beside = this.playhead + Math.min(this.ahead, wanted.frame_count) * this.direction;
    const near = new Set([wanted.number]);
    const next = this.loader.of(beside);
    if (next !== undefined) near.add(next.number);
    const stopped = this.loader.cancelExcept(near);
    for (const index of [...this.decoding.keys()]) {
      const chunk = this.loader.of(index);
      if (chunk !== undefined && stopped.has(chunk.number)) this.decoding.delete(index);
    }
  }

  /** Keep `atOnce` frames, and two chunks, on their way until all that is wanted is here. */
  private pump(): void {
    while (this.isOpen && this.ahead > 0 && !this.isInNeed()) {
      const chunk = this.fetching < CHUNKS_AT_ONCE ? this.nextChunk() : null;
      if (chunk !== null) {
        this.fetching++;
        const done = () => {
          this.fetching--;
          this.pump();
        };
        chunk.then(done, done);
      }
      const frame = this.running < this.atOnce ? this.nextFrame() : null;
      if (frame !== null) {
        this.running++;
        const done = () => {
          this.running--;
          this.pump();
        };
        frame.then(done, done);
      }
      if (chunk === null && frame === null) return;
    }
  }

  /** The wanted frame still comes over the network, which belongs to it alone. */
  private isInNeed(): boolean {
    const { playhead } = this;
    if (this.pictures.has(playhead) || this.failures.has(playhead)) return false;
    const chunk = this.loader.of(playhead);
    return chunk !== undefined && this.decoding.has(playhead) && !this.loader.has(chunk);
  }

  private nextFrame(): Promise<void> | null {
    const room = Math.floor((this.pictures.limit - this.pictureSize) / (this.pictureSize || 1));
    const ahead = Math.min(this.ahead, Math.floor((room * BEHIND) / (BEHIND + 1)) - this.atOnce);
    const behind = Math.max(1, Math.min(Math.floor(ahead / BEHIND), this.frameCount));
    for (let step = 0; step <= Math.min(ahead, this.frameCount); step++) {
      const index = this.playhead + step * this.direction;
      if (this.isMissing(index)) return this.attempt(index);
    }
    for (let step = 1; step <= behind; step++) {
      const index = this.playhead - step * this.direction;
      if (this.isMissing(index)) return this.attempt(index);
    }
    return null;
  }

  private isMissing(index: number): boolean {
    if (this.pictures.has(index) && index !== this.stale) return false;
    if (this.decoding.has(index) || this.failures.has(index)) return false;
    const chunk = this.loader.of(index);
    return chunk !== undefined && !this.troubled.has(chunk.number);
  }

  /** The network need not wait for the decoders: nearest first, as long as there is room. */
  private nextChunk(): Promise<void> | null {
    if (!Number.isFinite(this.ahead)) {
      const missing = this.loader.chunks
        .filter(
          (chunk) =>
            !this.loader.has(chunk) &&
            !this.loader.isLoading(chunk) &&
            !this.troubled.has(chunk.number),
        )
        .sort((a, b) => this.farness(a.first_frame) - this.farness(b.first_frame));
      const [chunk] = missing;
      if (chunk !== undefined && this.loader.hasRoomFor(chunk)) {
        return this.loader.load(chunk).chunk.then(
          () => undefined,
          (error: unknown) => {
            if (!isAbort(error)) this.troubled.add(chunk.number);
          },
        );
      }
    }
    return null;
  }

  private async attempt(index: number): Promise<void> {
    try {
      await this.request(index);
    } catch (error) {
      if (!this.isOpen || isAbort(error)) return;
      this.failures.set(index, error instanceof Error ? error.message : "It could not be read.");
      const chunk = this.loader.of(index);
      if (chunk !== undefined && !this.loader.has(chunk)) this.troubled.add(chunk.number);
      this.tell(index);
      // a server that is away comes back; a damaged chunk stays damaged
      if (index === this.playhead && !(error instanceof ChunkError)) this.retryLater(index);
    }
  }

  private retryLater(index: number): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      if (this.isOpen && this.playhead === index) this.seek(index, this.direction);
    }, this.retryMs);
  }

  private async load(index: number): Promise<Frame<P>> {
    const { generation, recipe } = this;
    const file = await this.stored(index);
    const picture = await this.sources.decode(file, recipe);
    if (!this.isOpen) throw new DOMException("The clip was closed.", "AbortError");
    if (generation !== this.generation) throw new DOMException("Filtered anew.", "AbortError");
    const frame = { index, picture };
    this.pictureSize = picture.width * picture.height;
    this.pictures.set(index, frame, this.pictureSize);
    if (index === this.stale) this.stale = null;
    this.failures.delete(index);
    this.tell(index);
    return frame;
  }

  /** A frame as it is stored: from its chunk, or by itself when that is here first. */
  private stored(index: number): Promise<Uint8Array<ArrayBuffer>> {
    const address = this.loader.of(index);
    if (address === undefined) {
      const { signal } = this.closing;
      const unseen =
        this.frameCount === 0 ? this.sources.fetchFrame?.(index, Infinity, signal) : null;
      if (unseen) return unseen;
      return Promise.reject(new ChunkError(`The clip has no frame ${index}.`));
    }
    const here = this.loader.peek(address);
    if (here !== undefined) return Promise.resolve(here.png(index));
    const { chunk, signal } = this.loader.load(address);
    const fromChunk = chunk.then((loaded) => loaded.png(index));
    if (index !== this.playhead) return fromChunk;
    const alone = this.sources.fetchFrame?.(index, address.byte_size ?? 0, signal) ?? null;
    return alone === null ? fromChunk : Promise.any([fromChunk, alone]).catch(() => fromChunk);
  }

  private tell(index: number): void {
    for (const listener of this.listeners) listener(index);
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
