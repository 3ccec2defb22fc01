import type { Size, Viewport } from "./viewport";

export interface Tick {
  /** CSS pixels from the edge of the stage. */
  readonly at: number;
  readonly millimetres: number;
  readonly isMajor: boolean;
}

/** Steps of a ruler or lengths of a scale bar, in millimetres. */
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200];
const MAJOR_APART = 56;
const LONGEST_BAR = 130;

/** The smallest round step of which at least `pixels` CSS pixels go into one. */
export function roundStep(pixelsPerMillimetre: number, pixels: number): number {
  return STEPS.find((step) => step * pixelsPerMillimetre >= pixels) ?? (STEPS.at(-1) as number);
}

/**
 * Ticks along one edge, counted from the image's edge: `offset` is where the image begins on the
 * stage, `length` its side and `room` the stage's side, all in CSS pixels.
 */
export function rulerTicks(
  pixelsPerMillimetre: number,
  offset: number,
  length: number,
  room: number,
): Tick[] {
  const major = roundStep(pixelsPerMillimetre, MAJOR_APART);
  const minor = major / 5;
  const apart = minor * pixelsPerMillimetre;
  const first = Math.max(0, Math.ceil(-offset / apart));
  const last = Math.floor(Math.min(length, room - offset) / apart);
  const ticks: Tick[] = [];
  for (let i = first; i <= last; i++) {
    ticks.push({
      at: offset + i * apart,
      millimetres: Number((i * minor).toFixed(4)),
      isMajor: i % 5 === 0,
    });
  }
  return ticks;
}

/** The longest round bar that fits, in millimetres and CSS pixels. */
export function scaleBar(pixelsPerMillimetre: number): { millimetres: number; pixels: number } {
  const fits = STEPS.filter((step) => step * pixelsPerMillimetre <= LONGEST_BAR);
  const millimetres = fits.at(-1) ?? (STEPS[0] as number);
  return { millimetres, pixels: millimetres * pixelsPerMillimetre };
}

/** Distance of two places of the image in millimetres; pixels are square. */
export function millimetresBetween(
  from: readonly [number, number],
  to: readonly [number, number],
  micronsPerPixel: number,
): number {
  return (Math.hypot(to[0] - from[0], to[1] - from[1]) * micronsPerPixel) / 1000;
}

/** Depth along the left edge, width along the top edge, and a scale bar; in CSS pixels. */
export function paintRuler(
  context: CanvasRenderingContext2D,
  view: Viewport,
  image: Size,
  screen: Size,
  micronsPerPixel: number,
): void {
  const perMillimetre = (1000 / micronsPerPixel) * view.scale;
  const down = rulerTicks(perMillimetre, view.y, image.height * view.scale, screen.height);
  const across = rulerTicks(perMillimetre, view.x, image.width * view.scale, screen.width);
  const path = new Path2D();
  for (const { at, isMajor } of down) {
    path.moveTo(0, at);
    path.lineTo(isMajor ? 10 : 5, at);
  }
  for (const { at, isMajor } of across) {
    path.moveTo(at, 0);
    path.lineTo(at, isMajor ? 10 : 5);
  }
  const bar = scaleBar(perMillimetre);
  const [left, bottom] = [16, screen.height - 18];
  path.moveTo(left, bottom - 5);
  path.lineTo(left, bottom);
  path.lineTo(left + bar.pixels, bottom);
  path.lineTo(left + bar.pixels, bottom - 5);
  // twice: legible on bright tissue and on black
  for (const [colour, width] of [
    ["rgba(0, 0, 0, 0.7)", 3],
    ["rgba(235, 238, 244, 0.9)", 1],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }
  context.font = '500 11px "Inter Variable", system-ui, sans-serif';
  context.lineWidth = 3;
  context.strokeStyle = "rgba(0, 0, 0, 0.7)";
  context.fillStyle = "rgba(235, 238, 244, 0.95)";
  const write = (words: string, x: number, y: number) => {
    context.strokeText(words, x, y);
    context.fillText(words, x, y);
  };
  context.textBaseline = "middle";
  context.textAlign = "start";
  for (const { at, isMajor, millimetres } of down) {
    // the corner belongs to both edges
    if (isMajor && at > 18 && at < screen.height - 44) write(String(millimetres), 13, at);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { at, isMajor, millimetres } of across) {
    if (isMajor && at > 24) write(String(millimetres), at, 12);
  }
  context.textBaseline = "bottom";
  write(`${bar.millimetres} mm`, left + bar.pixels / 2, bottom - 4);
  context.textAlign = "start";
}
