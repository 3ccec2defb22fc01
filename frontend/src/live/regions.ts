import type { LabelMap } from "./wire";

/** The largest connected piece of one class, in picture pixels with pixel centres at one half. */
export interface Region {
  readonly index: number;
  /** Centre of gravity of the piece. */
  readonly x: number;
  readonly y: number;
  /** Pixels of the piece, in the map's own size. */
  readonly area: number;
  /** Sides of the box around the piece that is centred on its centre of gravity. */
  readonly width: number;
  readonly height: number;
}

interface Piece {
  index: number;
  area: number;
  sumX: number;
  sumY: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/**
 * One region a class: runs of equal labels joined from row to row (four-connected) with
 * union-find. `scaleX` and `scaleY` are picture pixels per map pixel.
 */
export function regionsOf({ width, height, labels }: LabelMap, scaleX = 1, scaleY = 1): Region[] {
  const parents: number[] = [];
  const pieces: Piece[] = [];
  const rootOf = (piece: number): number => {
    let root = piece;
    while (parents[root] !== root) root = parents[root] as number;
    parents[piece] = root;
    return root;
  };
  // a run is [start, end, piece]
  let above: [number, number, number][] = [];
  for (let y = 0; y < height; y++) {
    const row: [number, number, number][] = [];
    let overlap = 0;
    for (let x = 0; x < width; ) {
      const label = labels[y * width + x] as number;
      let end = x + 1;
      while (end < width && labels[y * width + end] === label) end++;
      if (label !== 0) {
        const piece = pieces.length;
        parents.push(piece);
        const area = end - x;
        pieces.push({
          index: label,
          area,
          sumX: (area * (x + end)) / 2,
          sumY: area * (y + 0.5),
          left: x,
          right: end,
          top: y,
          bottom: y + 1,
        });
        while (overlap < above.length && (above[overlap] as [number, number, number])[1] <= x) {
          overlap++;
        }
        for (let at = overlap; at < above.length; at++) {
          const [start, , other] = above[at] as [number, number, number];
          if (start >= end) break;
          const [from, to] = [rootOf(other), rootOf(piece)];
          if (from !== to && (pieces[from] as Piece).index === label) {
            parents[to] = from;
            const [joined, added] = [pieces[from] as Piece, pieces[to] as Piece];
            joined.area += added.area;
            joined.sumX += added.sumX;
            joined.sumY += added.sumY;
            joined.left = Math.min(joined.left, added.left);
            joined.right = Math.max(joined.right, added.right);
            joined.top = Math.min(joined.top, added.top);
            joined.bottom = Math.max(joined.bottom, added.bottom);
          }
        }
        row.push([x, end, piece]);
      }
      x = end;
    }
    above = row;
  }
  const largest = new Map<number, Piece>();
  pieces.forEach((piece, at) => {
    const rival = largest.get(piece.index);
    if (parents[at] === at && (rival === undefined || rival.area < piece.area)) {
      largest.set(piece.index, piece);
    }
  });
  return [...largest.values()]
    .map(({ index, area, sumX, sumY, left, right, top, bottom }) => {
      const [x, y] = [sumX / area, sumY / area];
      return {
        index,
        area,
        x: x * scaleX,
        y: y * scaleY,
        width: 2 * scaleX * Math.max(x - left, right - x),
        height: 2 * scaleY * Math.max(y - top, bottom - y),
      };
    })
    .sort((a, b) => a.index - b.index);
}
