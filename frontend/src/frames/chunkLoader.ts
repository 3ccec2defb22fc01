import { ByteCache } from "./byteCache";
import { type Chunk, ChunkError, parseChunk } from "./chunkFile";

export interface ChunkAddress {
  readonly number: number;
  readonly first_frame: number;
  readonly frame_count: number;
  readonly url: string;
  readonly byte_size?: number;
}

interface Loading {
  readonly chunk: Promise<Chunk>;
  readonly stop: AbortController;
}

export type FetchChunk = (url: string, signal: AbortSignal) => Promise<ArrayBuffer>;

/** The compressed chunks of a clip: fetched once, kept within a number of bytes. */
export class ChunkLoader {
  /** By the frames in them; empty until they are known. */
  chunks: readonly ChunkAddress[] = [];
  frameCount = 0;
  private readonly spans = new Map<number, ChunkAddress>();
  private readonly files: ByteCache<Chunk>;
  private readonly loading = new Map<number, Loading>();

  constructor(
    chunks: readonly ChunkAddress[],
    private readonly fetchChunk: FetchChunk,
    bytes: number,
    farness: (frame: number) => number,
  ) {
    this.open(chunks);
    this.files = new ByteCache(
      bytes,
      () => undefined,
      (number) => {
        const { first_frame: first, frame_count: count } = this.spans.get(number) as ChunkAddress;
        return Math.min(farness(first), farness(first + count - 1));
      },
    );
  }

  /** Say which chunks the clip has. */
  open(chunks: readonly ChunkAddress[]): void {
    this.chunks = [...chunks].sort((a, b) => a.first_frame - b.first_frame);
    this.frameCount = this.chunks.reduce((sum, chunk) => sum + chunk.frame_count, 0);
    for (const chunk of this.chunks) this.spans.set(chunk.number, chunk);
  }

  /** The chunk a frame lies in. */
  of(frame: number): ChunkAddress | undefined {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const chunk = this.chunks[middle] as ChunkAddress;
      if (frame < chunk.first_frame) high = middle - 1;
      else if (frame >= chunk.first_frame + chunk.frame_count) low = middle + 1;
      else return chunk;
    }
    return undefined;
  }

  /** The chunk when it is here now. */
  peek(address: ChunkAddress): Chunk | undefined {
    return this.files.get(address.number);
  }

  has(address: ChunkAddress): boolean {
    return this.files.has(address.number);
  }

  isLoading(address: ChunkAddress): boolean {
    return this.loading.has(address.number);
  }

  /** Whether a further chunk can be kept without forgetting another. */
  hasRoomFor(address: ChunkAddress): boolean {
    const expected = address.byte_size ?? this.files.byteSize / Math.max(1, this.count());
    return this.files.byteSize + expected <= this.files.limit;
  }

  /** Fetch a chunk, or join whoever is fetching it. `signal` is aborted by `cancelExcept`. */
  load(address: ChunkAddress): { chunk: Promise<Chunk>; signal: AbortSignal } {
    const running = this.loading.get(address.number);
    if (running !== undefined) return { chunk: running.chunk, signal: running.stop.signal };
    const stop = new AbortController();
    const chunk = this.fetchChunk(address.url, stop.signal).then((file) => {
      stop.signal.throwIfAborted();
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
    return { chunk, signal: stop.signal };
  }

  /** Stop fetching all but these chunks; gives the numbers of those that were stopped. */
  cancelExcept(near: ReadonlySet<number>): Set<number> {
    const stopped = new Set<number>();
    for (const [number, loading] of this.loading) {
      if (near.has(number)) continue;
      loading.stop.abort();
      this.loading.delete(number);
      stopped.add(number);
    }
    return stopped;
  }

  close(): void {
    this.cancelExcept(new Set());
    this.files.clear();
  }

  private count(): number {
    return [...this.files.keys()].length;
  }
}
