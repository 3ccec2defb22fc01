/** How many pixels have each grey value. */
export function histogram(gray: Uint8Array): Int32Array {
  const counts = new Int32Array(256);
  for (let i = 0; i < gray.length; i++) {
    const value = gray[i] as number;
    counts[value] = (counts[value] as number) + 1;
  }
  return counts;
}

/**
 * The histogram made flat over the whole frame, as OpenCV's `equalizeHist`: the darkest value there
 * becomes 0, the brightest 255. A frame of one grey value stays as it is.
 */
export function equalised(gray: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const counts = histogram(gray);
  const darkest = counts.findIndex((count) => count > 0);
  const rest = gray.length - (counts[darkest] ?? 0);
  if (darkest < 0 || rest === 0) return gray.slice();
  const table = new Uint8Array(256);
  let sum = 0;
  for (let value = darkest + 1; value < 256; value++) {
    sum += counts[value] as number;
    table[value] = Math.round((sum * 255) / rest);
  }
  return gray.map((value) => table[value] as number);
}
