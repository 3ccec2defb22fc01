import type { ShadedSpan, TimelineRow } from "./timelineRows";

export const ROW_HEIGHT = 18;
const KEY = 4.5;
const MIDDLE = 8;

/** The frames in view: from `first`, `count` of them (both may be fractions while zooming). */
export interface TimeWindow {
  readonly first: number;
  readonly count: number;
}

/** Where a frame begins along a row `width` wide. */
export const leftOf = (frame: number, window: TimeWindow, width: number) =>
  ((frame - window.first) / window.count) * width;

export const middleOf = (frame: number, window: TimeWindow, width: number) =>
  leftOf(frame + 0.5, window, width);

/** The first place in sorted keyframes at or after a frame. */
export function firstAtOrAfter(
  keyframes: readonly { readonly frame: number }[],
  frame: number,
): number {
  let low = 0;
  let high = keyframes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keyframes[middle] as { frame: number }).frame < frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One row on its canvas, `width` CSS pixels wide. */
export function paintRow(
  context: CanvasRenderingContext2D,
  row: TimelineRow,
  window: TimeWindow,
  width: number,
  ratio: number,
  moved: { readonly from: number; readonly to: number } | null,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, ROW_HEIGHT);
  context.fillStyle = "rgba(255, 255, 255, 0.14)";
  context.fillRect(0, MIDDLE - 0.5, width, 1);

  const bar = (first: number, last: number, top: number, height: number) => {
    const left = Math.max(leftOf(first, window, width), -2);
    const right = Math.min(leftOf(last + 1, window, width), width + 2);
    if (right < 0 || left > width) return;
    context.fillRect(left, top, Math.max(right - left, 2), height);
  };
  const shaded = (spans: readonly ShadedSpan[], top: number, height: number) => {
    for (const { first, last, confidence } of spans) {
      context.globalAlpha = shadeOf(confidence);
      bar(first, last, top, height);
    }
    context.globalAlpha = 1;
  };

  context.fillStyle = row.colour;
  if (row.suggestedShades && row.suggestedShades.length > 0) shaded(row.suggestedShades, 14, 3);
  else {
    context.globalAlpha = 0.4;
    for (const [first, last] of row.suggested) bar(first, last, 14, 3);
  }
  context.globalAlpha = 0.6;
  for (const [first, last] of row.spans) bar(first, last, MIDDLE - 2.5, 5);
  context.globalAlpha = 1;
  // what was carried on has a line above it, fainter the less sure
  if (row.propagated) shaded(row.propagated, 1.5, 2);
  if (row.carried) shaded(row.carried, MIDDLE - 4.5, 9);

  context.strokeStyle = "rgba(255, 255, 255, 0.85)";
  context.lineWidth = 1.2;
  line(context, row.uncertain ?? [], MIDDLE, [2, 4], window, width);
  context.strokeStyle = "rgba(160, 170, 185, 0.9)";
  line(context, row.absent ?? [], MIDDLE, [4, 3], window, width);
  context.strokeStyle = "#f2c14e";
  context.lineWidth = 2;
  line(context, row.judged ?? [], 12.5, [], window, width);

  paintKeyframes(context, row, window, width, moved);
}

/** Fainter the less sure; what is half sure is barely there, and never nothing. */
const shadeOf = (confidence: number) => 0.15 + 0.8 * Math.max(0, Math.min(1, 2 * confidence - 1));

function line(
  context: CanvasRenderingContext2D,
  spans: readonly (readonly [number, number])[],
  y: number,
  dash: number[],
  window: TimeWindow,
  width: number,
): void {
  context.setLineDash(dash);
  context.beginPath();
  for (const [first, last] of spans) {
    const left = Math.max(leftOf(first, window, width), 0);
    const right = Math.min(leftOf(last + 1, window, width), width);
    if (right <= left) continue;
    context.moveTo(left, y);
    context.lineTo(right, y);
  }
  context.stroke();
  context.setLineDash([]);
}

function paintKeyframes(
  context: CanvasRenderingContext2D,
  row: TimelineRow,
  window: TimeWindow,
  width: number,
  moved: { readonly from: number; readonly to: number } | null,
): void {
  const { keyframes } = row;
  let painted = -Infinity;
  for (let i = firstAtOrAfter(keyframes, window.first - 1); i < keyframes.length; i++) {
    const keyframe = keyframes[i] as (typeof keyframes)[number];
    if (keyframe.frame > window.first + window.count) break;
    const x = middleOf(keyframe.frame, window, width);
    // keyframes closer than this cannot be told apart: one stands for them
    if (x - painted < 2.5) continue;
    painted = x;
    const isMoved = moved?.from === keyframe.frame;
    diamond(context, x, row.colour, keyframe.isAbsent, keyframe.isPropagated, isMoved ? 0.3 : 1);
  }
  if (moved !== null) {
    diamond(context, middleOf(moved.to, window, width), "#ffffff", false, false, 1);
  }
}

function diamond(
  context: CanvasRenderingContext2D,
  x: number,
  colour: string,
  isAbsent: boolean,
  isPropagated: boolean | undefined,
  alpha: number,
): void {
  const size = isPropagated ? KEY - 1 : KEY;
  context.globalAlpha = alpha;
  context.beginPath();
  context.moveTo(x, MIDDLE - size);
  context.lineTo(x + size, MIDDLE);
  context.lineTo(x, MIDDLE + size);
  context.lineTo(x - size, MIDDLE);
  context.closePath();
  context.fillStyle = isAbsent ? "#15181d" : colour;
  context.fill();
  context.lineWidth = isAbsent ? 1.5 : 1;
  context.strokeStyle = isAbsent ? "#c3cad4" : "rgba(0, 0, 0, 0.7)";
  context.stroke();
  context.globalAlpha = 1;
}
