const LENGTHS_MM = [1, 2, 5, 10, 20, 50, 100, 200];

/** The longest round length that takes at most half of the picture's height, and its share of it. */
export function rulerOf(
  micronsPerPixel: number,
  height: number,
): { lengthMm: number; share: number } {
  const heightMm = (micronsPerPixel * height) / 1000;
  const fitting = LENGTHS_MM.filter((length) => length <= heightMm / 2).at(-1);
  const lengthMm = fitting ?? (LENGTHS_MM[0] as number);
  return { lengthMm, share: lengthMm / heightMm };
}
