/** Keeps the most recently used values within a number of bytes; the newest one always stays. */
export class ByteCache<Value> {
  private readonly kept = new Map<number, { value: Value; bytes: number }>();
  private total = 0;

  constructor(
    private readonly limit: number,
    private readonly released: (value: Value) => void = () => undefined,
  ) {}

  get byteSize(): number {
    return this.total;
  }

  has(key: number): boolean {
    return this.kept.has(key);
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
    for (const oldest of this.kept.keys()) {
      if (this.total <= this.limit || this.kept.size === 1) break;
      this.delete(oldest);
    }
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
}
