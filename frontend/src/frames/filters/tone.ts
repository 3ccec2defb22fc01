/** How grey values become brightness on the screen; one lookup table, so it costs nothing. */
export interface Tone {
  /** Grey values between black and white; 255 for all of them. */
  readonly window: number;
  /** The grey value in the middle of the window. */
  readonly level: number;
  /** Above 1 brightens dark tissue, below 1 darkens it. */
  readonly gamma: number;
  readonly isInverted: boolean;
}

export const NEUTRAL: Tone = { window: 255, level: 127.5, gamma: 1, isInverted: false };

export const isNeutral = (tone: Tone): boolean =>
  tone.window === NEUTRAL.window &&
  tone.level === NEUTRAL.level &&
  tone.gamma === NEUTRAL.gamma &&
  !tone.isInverted;

/** Brightness of each of the 256 grey values; the neutral tone gives each value itself. */
export function toneTable({ window, level, gamma, isInverted }: Tone): Uint8Array<ArrayBuffer> {
  const table = new Uint8Array(256);
  const darkest = level - window / 2;
  for (let value = 0; value < 256; value++) {
    const share = Math.min(1, Math.max(0, (value - darkest) / window));
    const bright = Math.round(255 * (gamma === 1 ? share : share ** (1 / gamma)));
    table[value] = isInverted ? 255 - bright : bright;
  }
  return table;
}

/** The tone after a drag of (dx, dy) CSS pixels: across widens the window, up brightens. */
export function dragged(tone: Tone, dx: number, dy: number): Tone {
  const between = (low: number, value: number, high: number) =>
    Math.min(high, Math.max(low, value));
  return {
    ...tone,
    window: between(2, tone.window + dx, 510),
    level: between(0, tone.level + dy / 2, 255),
  };
}
