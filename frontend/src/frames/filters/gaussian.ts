const ONE = 1 << 12;

/** Weights of a Gaussian out to three standard deviations, whole numbers that sum to 4096. */
export function gaussianWeights(sigma: number): Int32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const exact = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const sum = exact.reduce((total, weight) => total + weight, 0);
  const weights = Int32Array.from(exact, (weight) => Math.round((weight / sum) * ONE));
  const rest = ONE - weights.reduce((total, weight) => total + weight, 0);
  weights[radius] = (weights[radius] as number) + rest;
  return weights;
}

/** Gaussian blur, `sigma` in pixels, in whole numbers; the border is repeated outwards. */
export function gaussian(
  gray: Uint8Array,
  width: number,
  height: number,
  sigma: number,
): Uint8Array<ArrayBuffer> {
  const weights = gaussianWeights(sigma);
  const radius = (weights.length - 1) >> 1;
  const across = new Uint16Array(width * height); // 8 bits of fraction
  const padded = new Uint8Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    padded.fill(gray[row] as number, 0, radius);
    padded.set(gray.subarray(row, row + width), radius);
    padded.fill(gray[row + width - 1] as number, radius + width);
    for (let x = 0; x < width; x++) {
      let sum = 8;
      for (let i = 0; i < weights.length; i++) {
        sum += (weights[i] as number) * (padded[x + i] as number);
      }
      across[row + x] = sum >> 4;
    }
  }
  const out = new Uint8Array(width * height);
  const sums = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << 19);
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i] as number;
      const row = Math.min(height - 1, Math.max(0, y + i - radius)) * width;
      for (let x = 0; x < width; x++) {
        sums[x] = (sums[x] as number) + weight * (across[row + x] as number);
      }
    }
    for (let x = 0; x < width; x++) out[y * width + x] = (sums[x] as number) >> 20;
  }
  return out;
}
