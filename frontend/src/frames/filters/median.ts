/**
 * The median of the (2 radius + 1)² square around each pixel; the border is repeated outwards.
 *
 * A histogram slides along each row: Huang, Yang and Tang, "A fast two-dimensional median filtering
 * algorithm", IEEE TASSP 27(1), 1979.
 */
export function median(
  gray: Uint8Array,
  width: number,
  height: number,
  radius: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(width * height);
  const counts = new Int32Array(256);
  const side = 2 * radius + 1;
  const half = (side * side) >> 1;
  const rows = new Int32Array(side);
  const lastColumn = width - 1;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < side; i++) {
      rows[i] = Math.min(height - 1, Math.max(0, y + i - radius)) * width;
    }
    counts.fill(0);
    for (let dx = -radius; dx <= radius; dx++) {
      const x = Math.min(lastColumn, Math.max(0, dx));
      for (let i = 0; i < side; i++) {
        const value = gray[(rows[i] as number) + x] as number;
        counts[value] = (counts[value] as number) + 1;
      }
    }
    let middle = 0;
    let below = 0; // pixels of the square darker than `middle`
    for (let x = 0; x < width; x++) {
      while (below > half) {
        middle--;
        below -= counts[middle] as number;
      }
      while (below + (counts[middle] as number) <= half) {
        below += counts[middle] as number;
        middle++;
      }
      out[y * width + x] = middle;
      const leaving = Math.max(0, x - radius);
      const coming = Math.min(lastColumn, x + radius + 1);
      for (let i = 0; i < side; i++) {
        const row = rows[i] as number;
        const old = gray[row + leaving] as number;
        const next = gray[row + coming] as number;
        counts[old] = (counts[old] as number) - 1;
        counts[next] = (counts[next] as number) + 1;
        if (old < middle) below--;
        if (next < middle) below++;
      }
    }
  }
  return out;
}
