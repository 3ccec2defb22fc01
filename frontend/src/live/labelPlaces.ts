/**
 * Where text labels stand: at their region's centre where it is large enough, else just above or below
 * it; moving calmly, never over one another.
 */

export interface Wanted {
  readonly index: number;
  /** Centre of the region, in screen pixels of the picture's box. */
  readonly x: number;
  readonly y: number;
  /** Of the label. */
  readonly width: number;
  readonly height: number;
  /** Of the region. */
  readonly regionWidth: number;
  readonly regionHeight: number;
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

/** Centres of labels inside `width` x `height`. */
export function placeLabels(wanted: readonly Wanted[], width: number, height: number): Place[] {
  const placed: Wanted[] = [];
  const small = wanted.filter((label) => !fits(label));
  // always in the order of the classes, so that labels do not swap places from frame to frame
  for (const label of wanted.toSorted((a, b) => a.index - b.index)) {
    const x = inside(label.x, label.width, width);
    const rivals = placed.filter(
      (other) => Math.abs(other.x - x) < (other.width + label.width) / 2 + GAP,
    );
    const distance = (other: Wanted) => (other.height + label.height) / 2 + GAP;
    const beside = (label.regionHeight + label.height) / 2 + GAP;
    const homes = fits(label) ? [label.y] : [label.y - beside, label.y + beside];
    const home = inside(homes[0] as number, label.height, height);
    // text over a small structure hides it: rather to the other side of one's own
    const hidingCost = 2 * beside + label.height;
    const hides = (y: number) =>
      small.some(
        (other) =>
          Math.abs(other.x - x) < (other.regionWidth + label.width) / 2 &&
          Math.abs(other.y - y) < (other.regionHeight + label.height) / 2,
      );
    const choices = [
      ...homes.map((y) => inside(y, label.height, height)),
      ...rivals.flatMap((other) => [other.y - distance(other), other.y + distance(other)]),
    ]
      .filter(
        (y) =>
          y === inside(y, label.height, height) &&
          // rounding must not make two labels that touch overlap
          rivals.every((other) => Math.abs(other.y - y) >= distance(other) - 1e-6),
      )
      .map((y) => ({ y, cost: Math.abs(y - home) + (hides(y) ? hidingCost : 0) }))
      .sort((a, b) => a.cost - b.cost);
    const y = choices[0]?.y;
    // a picture too small for all names shows those that find room
    if (y !== undefined) placed.push({ ...label, x, y });
  }
  return placed.map(({ index, x, y }) => ({ index, x, y }));
}

const fits = ({ width, height, regionWidth, regionHeight }: Wanted): boolean =>
  regionWidth >= width && regionHeight >= 2 * height;

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
