const TILES = 8;

/**
 * Contrast limited adaptive histogram equalisation over 8 x 8 tiles, blended between tile centres:
 * Zuiderveld, "Contrast Limited Adaptive Histogram Equalization", Graphics Gems IV, 1994.
 *
 * @param clipLimit how many times the mean count a bin may hold; what is over is spread evenly.
 */
export function clahe(
  gray: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
): Uint8Array<ArrayBuffer> {
  const across = Math.min(TILES, width);
  const down = Math.min(TILES, height);
  const tables: Uint8Array[] = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      tables.push(
        tileTable(gray, width, {
          left: Math.floor((column * width) / across),
          right: Math.floor(((column + 1) * width) / across),
          top: Math.floor((row * height) / down),
          bottom: Math.floor(((row + 1) * height) / down),
          clipLimit,
        }),
      );
    }
  }
  const columns = blends(width, across);
  const rows = blends(height, down);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = (rows.first[y] as number) * across;
    const bottom = (rows.second[y] as number) * across;
    const low = rows.share[y] as number; // of 256
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const value = gray[at] as number;
      const left = columns.first[x] as number;
      const right = columns.second[x] as number;
      const far = columns.share[x] as number;
      const upper =
        (256 - far) * ((tables[top + left] as Uint8Array)[value] as number) +
        far * ((tables[top + right] as Uint8Array)[value] as number);
      const lower =
        (256 - far) * ((tables[bottom + left] as Uint8Array)[value] as number) +
        far * ((tables[bottom + right] as Uint8Array)[value] as number);
      out[at] = ((256 - low) * upper + low * lower + 32768) >> 16;
    }
  }
  return out;
}

interface Tile {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly clipLimit: number;
}

function tileTable(gray: Uint8Array, width: number, tile: Tile): Uint8Array {
  const counts = new Int32Array(256);
  for (let y = tile.top; y < tile.bottom; y++) {
    for (let x = tile.left; x < tile.right; x++) {
      const value = gray[y * width + x] as number;
      counts[value] = (counts[value] as number) + 1;
    }
  }
  const area = (tile.right - tile.left) * (tile.bottom - tile.top);
  const limit = Math.max(1, Math.floor((tile.clipLimit * area) / 256));
  let over = 0;
  for (let value = 0; value < 256; value++) {
    const count = counts[value] as number;
    if (count > limit) {
      over += count - limit;
      counts[value] = limit;
    }
  }
  const each = Math.floor(over / 256);
  const left = over - 256 * each;
  const table = new Uint8Array(256);
  let sum = 0;
  for (let value = 0; value < 256; value++) {
    // what is left over is spread at even distances
    const extra = Math.floor(((value + 1) * left) / 256) - Math.floor((value * left) / 256);
    sum += (counts[value] as number) + each + extra;
    table[value] = Math.round((sum * 255) / area);
  }
  return table;
}

/** For each pixel along a side: the two tiles whose centres it lies between, and how far, of 256. */
function blends(length: number, tiles: number) {
  const first = new Int32Array(length);
  const second = new Int32Array(length);
  const share = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const place = ((i + 0.5) * tiles) / length - 0.5;
    const before = Math.floor(place);
    first[i] = Math.max(0, before);
    second[i] = Math.min(tiles - 1, before + 1);
    share[i] = Math.round((place - before) * 256);
  }
  return { first, second, share };
}
