const KEPT = 300;

/** The last 300 values of one stage, some ten seconds of pictures. */
export class Quantiles {
  private readonly values: number[] = [];
  private next = 0;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.values[this.next] = value;
    this.next = (this.next + 1) % KEPT;
  }

  clear(): void {
    this.values.length = 0;
    this.next = 0;
  }

  /** Nearest-rank quantiles 0.5 and 0.95; null without values. */
  get both(): { p50: number; p95: number } | null {
    if (this.values.length === 0) return null;
    const sorted = this.values.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
    return { p50: at(0.5), p95: at(0.95) };
  }
}
