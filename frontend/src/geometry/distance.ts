/** Exact Euclidean distances on the pixel grid. */

// further than any two pixels of a mask, and its square still exact beside another square
const FAR = 2 ** 20;

/**
 * Squared distance from each pixel centre to the nearest pixel whose value is `wanted`, in square
 * pixels; at least one must have it. The lower envelope of parabolas of Felzenszwalb and
 * Huttenlocher, "Distance transforms of sampled functions" (2012), on whole numbers.
 */
export function squaredDistance(
  dense: Uint8Array,
  width: number,
  height: number,
  wanted: 0 | 1,
): Float64Array {
  const squared = new Float64Array(width * height);
  for (let x = 0; x < width; x++) {
    let away = FAR;
    for (let i = x; i < squared.length; i += width) {
      away = dense[i] === wanted ? 0 : Math.min(away + 1, FAR);
      squared[i] = away;
    }
    away = FAR;
    for (let i = (height - 1) * width + x; i >= 0; i -= width) {
      away = Math.min(squared[i] as number, away + 1);
      squared[i] = away * away;
    }
  }
  const column = new Float64Array(width);
  const place = new Int32Array(width);
  const border = new Float64Array(width + 1);
  for (let y = 0; y < height; y++) {
    const row = squared.subarray(y * width, (y + 1) * width);
    column.set(row);
    lowerEnvelope(column, place, border, row);
  }
  return squared;
}

/** out[q] = min over p of (q - p)^2 + f[p]. */
function lowerEnvelope(
  f: Float64Array,
  place: Int32Array,
  border: Float64Array,
  out: Float64Array,
): void {
  const n = f.length;
  let k = 0;
  place[0] = 0;
  border[0] = -Infinity;
  border[1] = Infinity;
  for (let q = 1; q < n; q++) {
    const height = (f[q] as number) + q * q;
    let cross = crossing(f, place[k] as number, q, height);
    while (cross <= (border[k] as number)) {
      k -= 1;
      cross = crossing(f, place[k] as number, q, height);
    }
    k += 1;
    place[k] = q;
    border[k] = cross;
    border[k + 1] = Infinity;
  }
  k = 0;
  for (let q = 0; q < n; q++) {
    while ((border[k + 1] as number) < q) k += 1;
    const p = place[k] as number;
    out[q] = (q - p) * (q - p) + (f[p] as number);
  }
}

function crossing(f: Float64Array, p: number, q: number, height: number): number {
  return (height - ((f[p] as number) + p * p)) / (2 * q - 2 * p);
}

/**
 * Signed distance of each pixel centre to the border, positive inside, in pixels. `dense` holds 0
 * and 1, both. The border lies half a pixel from the outermost centres, so no value is zero: the
 * distance to the nearest centre of the other kind, less 0.5.
 */
export function signedDistance(dense: Uint8Array, width: number, height: number): Float64Array {
  const toInside = squaredDistance(dense, width, height, 1);
  const toOutside = squaredDistance(dense, width, height, 0);
  for (let i = 0; i < toInside.length; i++) {
    const distance = Math.sqrt((toInside[i] as number) + (toOutside[i] as number)) - 0.5;
    toInside[i] = dense[i] === 1 ? distance : -distance;
  }
  return toInside;
}
