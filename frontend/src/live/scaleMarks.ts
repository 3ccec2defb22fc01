/**
 * A scale from two marks on a picture's depth ruler and the length between them. Pixels are taken to
 * be square, as grabbers and network cameras send them.
 */

export interface Mark {
  readonly x: number;
  readonly y: number;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

export interface ScaleMarks {
  /** The frame in whose pixels the marks stand: of another size they mean nothing. */
  readonly frame: FrameSize;
  readonly ends: readonly [Mark, Mark];
  /** How many were placed by hand so far. */
  readonly placed: number;
}

/** Closer marks are too coarse: half a pixel of each would be more than a twentieth. */
export const LEAST_PIXELS = 20;
/** What ultrasound pictures have, with room on both sides. */
export const LEAST_MICRONS = 5;
export const MOST_MICRONS = 2000;

/** One above the other in the middle, for keys to begin with. */
export function firstMarks(frame: FrameSize): ScaleMarks {
  const x = frame.width / 2;
  const ends = [
    { x, y: frame.height / 4 },
    { x, y: (3 * frame.height) / 4 },
  ] as const;
  return { frame, ends, placed: 0 };
}

const distance = (a: Mark, b: Mark): number => Math.hypot(a.x - b.x, a.y - b.y);

/** The first two clicks place both ends in turn, later ones move the nearer. */
export function withClick(marks: ScaleMarks, at: Mark): ScaleMarks {
  const [one, two] = marks.ends;
  const nearer = distance(at, one) <= distance(at, two) ? 0 : 1;
  return withEnd(marks, marks.placed < 2 ? marks.placed : nearer, at);
}

/** Move one end by so many pixels. */
export function moved(marks: ScaleMarks, end: number, dx: number, dy: number): ScaleMarks {
  const { x, y } = marks.ends[end === 0 ? 0 : 1];
  return withEnd(marks, end, { x: x + dx, y: y + dy });
}

function withEnd(marks: ScaleMarks, end: number, at: Mark): ScaleMarks {
  const within = (value: number, most: number) => Math.min(Math.max(value, 0), most);
  const mark = { x: within(at.x, marks.frame.width), y: within(at.y, marks.frame.height) };
  const [one, two] = marks.ends;
  const ends = end === 0 ? ([mark, two] as const) : ([one, mark] as const);
  return { ...marks, ends, placed: Math.max(marks.placed, end + 1) };
}

/** Pixels between the ends. */
export const lengthPixels = (marks: ScaleMarks): number => distance(...marks.ends);

/** Micrometres a pixel where the ends are `lengthMm` apart, or why that cannot be. */
export function scaleOf(marks: ScaleMarks, lengthMm: number): number | string {
  const pixels = lengthPixels(marks);
  if (pixels < LEAST_PIXELS) return `The marks are too near: at least ${LEAST_PIXELS} pixels.`;
  if (!(lengthMm > 0)) return "How long is it between the marks?";
  const microns = (1000 * lengthMm) / pixels;
  if (microns < LEAST_MICRONS || microns > MOST_MICRONS) {
    return "No ultrasound picture has this scale: look at the marks and the length again.";
  }
  return microns;
}
