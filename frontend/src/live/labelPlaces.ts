/** Where text labels stand: at their region's centre, moving calmly, never over one another. */

export interface Wanted {
  readonly index: number;
  /** Centre, in screen pixels of the picture's box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Place {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

const GAP = 2;
const SETTLE_MS = 90;
/** A label whose region has leapt this far does not wander through what lies between. */
const LEAP = 120;

/** Centres of labels inside `width` x `height`, each pushed up or down from those before it. */
export function placeLabels(wanted: readonly Wanted[], width: number, height: number): Place[] {
  const placed: Wanted[] = [];
  // always in the order of the classes, so that labels do not swap places from frame to frame
  for (const label of wanted.toSorted((a, b) => a.index - b.index)) {
    const x = inside(label.x, label.width, width);
    const home = inside(label.y, label.height, height);
    const rivals = placed.filter(
      (other) => Math.abs(other.x - x) < (other.width + label.width) / 2 + GAP,
    );
    const distance = (other: Wanted) => (other.height + label.height) / 2 + GAP;
    const choices = [
      home,
      ...rivals.flatMap((other) => [other.y - distance(other), other.y + distance(other)]),
    ].filter(
      (y) =>
        y === inside(y, label.height, height) &&
        // rounding must not make two labels that touch overlap
        rivals.every((other) => Math.abs(other.y - y) >= distance(other) - 1e-6),
    );
    choices.sort((a, b) => Math.abs(a - home) - Math.abs(b - home));
    const y = choices[0];
    // a picture too small for all names shows those that find room
    if (y !== undefined) placed.push({ ...label, x, y });
  }
  return placed.map(({ index, x, y }) => ({ index, x, y }));
}

const inside = (centre: number, size: number, limit: number): number =>
  size >= limit ? limit / 2 : Math.min(Math.max(centre, size / 2), limit - size / 2);

/** Follows centres with a time constant, in picture pixels; what vanishes is forgotten at once. */
export class Followed {
  private readonly centres = new Map<number, { x: number; y: number }>();

  follow<Spot extends { index: number; x: number; y: number }>(
    spots: readonly Spot[],
    elapsedMs: number,
  ): Spot[] {
    const share = 1 - Math.exp(-Math.max(elapsedMs, 0) / SETTLE_MS);
    for (const index of [...this.centres.keys()]) {
      if (!spots.some((spot) => spot.index === index)) this.centres.delete(index);
    }
    return spots.map((spot) => {
      const before = this.centres.get(spot.index);
      const isNear = before && Math.hypot(spot.x - before.x, spot.y - before.y) < LEAP;
      const now = isNear
        ? { x: before.x + share * (spot.x - before.x), y: before.y + share * (spot.y - before.y) }
        : { x: spot.x, y: spot.y };
      this.centres.set(spot.index, now);
      return { ...spot, ...now };
    });
  }

  clear(): void {
    this.centres.clear();
  }
}
