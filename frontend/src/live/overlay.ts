/**
 * The overlay: a label map coloured through a table of 256 entries. Edge pixels carry a bit of their
 * own, so showing, hiding, fading and outlining are another table over the same map.
 */

import type { LabelMap } from "./wire";

export const EDGE = 0x80;

export interface ShownClass {
  readonly index: number;
  /** `#rrggbb`. */
  readonly colour: string;
}

export interface Appearance {
  /** 0 to 1. */
  readonly opacity: number;
  readonly isFilled: boolean;
  readonly hidden: ReadonlySet<number>;
}

/** Mark, in a copy, each labelled pixel that has another label, or the picture's rim, beside it. */
export function withEdges({ width, height, labels }: LabelMap): Uint8Array<ArrayBuffer> {
  const marked = labels.slice();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const label = labels[at] as number;
      if (label === 0) continue;
      const isEdge =
        x === 0 ||
        y === 0 ||
        x === width - 1 ||
        y === height - 1 ||
        labels[at - 1] !== label ||
        labels[at + 1] !== label ||
        labels[at - width] !== label ||
        labels[at + width] !== label;
      if (isEdge) marked[at] = label | EDGE;
    }
  }
  return marked;
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function pixel(colour: string, opacity: number): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  const [red, green, blue] = [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
  const alpha = Math.round(255 * Math.min(Math.max(opacity, 0), 1));
  const bytes = isLittleEndian ? [red, green, blue, alpha] : [alpha, blue, green, red];
  return bytes.reduce((word, byte, place) => (word | (byte << (8 * place))) >>> 0, 0);
}

/** Colours of map values as words of image data; what is hidden or unknown is transparent. */
export function colourTable(
  classes: readonly ShownClass[],
  look: Appearance,
): Uint32Array<ArrayBuffer> {
  const table = new Uint32Array(256);
  for (const { index, colour } of classes) {
    if (index <= 0 || index >= EDGE || look.hidden.has(index)) continue;
    if (!/^#[0-9a-f]{6}$/i.test(colour)) continue;
    table[index] = look.isFilled ? pixel(colour, look.opacity) : 0;
    // the outline stays clear where the area is faint
    table[index | EDGE] = pixel(colour, look.isFilled ? 0.35 + 0.65 * look.opacity : 1);
  }
  // an opacity of nothing shows nothing, whatever the form
  return look.opacity <= 0 ? new Uint32Array(256) : table;
}

/** Colour a marked map into image data of the same size. */
export function paint(marked: Uint8Array, table: Uint32Array, pixels: Uint32Array): void {
  for (let at = 0; at < marked.length; at++) {
    pixels[at] = table[marked[at] as number] as number;
  }
}
