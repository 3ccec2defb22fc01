/**
 * Keeps values within a number of bytes; the newest one always stays. What is farthest from where
 * the reader is goes first; among equals, and without such a measure, what was used longest ago.
 */
export class ByteCache<Value> {
  private readonly kept = new Map<number, { value: Value; bytes: number }>();
  private total = 0;

  constructor(
    readonly limit: number,
    private readonly released: (value: Value) => void = () => undefined,
    private readonly farness: (key: number) => number = () => 0,
  ) {}

  get byteSize(): number {
    return this.total;
  }

  has(key: number): boolean {
    return this.kept.has(key);
  }

  keys(): IterableIterator<number> {
    return this.kept.keys();
  }

  /** The value, which becomes the most recently used one. */
  get(key: number): Value | undefined {
    const entry = this.kept.get(key);
    if (entry === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, entry);
    return entry.value;
  }

  set(key: number, value: Value, bytes: number): void {
    this.delete(key);
    this.kept.set(key, { value, bytes });
    this.total += bytes;
    while (this.total > this.limit && this.kept.size > 1) this.delete(this.farthestBut(key));
  }

  delete(key: number): void {
    const entry = this.kept.get(key);
    if (entry === undefined) return;
    this.kept.delete(key);
    this.total -= entry.bytes;
    this.released(entry.value);
  }

  clear(): void {
    for (const key of [...this.kept.keys()]) this.delete(key);
  }

  private farthestBut(newest: number): number {
    let farthest = newest;
    let distance = Number.NEGATIVE_INFINITY;
    for (const key of this.kept.keys()) {
      const away = this.farness(key);
      if (key === newest || away <= distance) continue;
      farthest = key;
      distance = away;
    }
    return farthest;
  }
}
