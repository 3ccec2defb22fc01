import type { Structure } from "../../api/types";
import { isContour } from "../../geometry";
import { type SetDocument, type Track, tracksOf } from "../core/document";
import { spansOf } from "../core/reading";
import type { CarriedShape } from "../core/time/propagations";

export type FrameSpan = readonly [number, number];

/** Part of a row that somebody or something is more or less sure of, 0 to 1. */
export interface ShadedSpan {
  readonly first: number;
  readonly last: number;
  readonly confidence: number;
}

export interface RowKeyframe {
  readonly frame: number;
  readonly isAbsent: boolean;
  readonly isPropagated?: boolean;
}

export interface TimelineRow {
  readonly key: string;
  readonly name: string;
  readonly colour: string;
  /** The one track of the row, whose keyframes can be moved. */
  readonly track?: string;
  readonly keyframes: readonly RowKeyframe[];
  readonly spans: readonly FrameSpan[];
  readonly suggested: readonly FrameSpan[];
  /** Suggested frames by how sure the model is; in place of `suggested` where known. */
  readonly suggestedShades?: readonly ShadedSpan[];
  /** Between an end and a return. */
  readonly absent?: readonly FrameSpan[];
  readonly uncertain?: readonly FrameSpan[];
  readonly propagated?: readonly ShadedSpan[];
  /** Shapes on their way that nobody has kept yet. */
  readonly carried?: readonly ShadedSpan[];
  /** "Structure not visible", by a person's word. */
  readonly judged?: readonly FrameSpan[];
}

type TrackParts = Pick<TimelineRow, "keyframes" | "spans"> &
  Required<Pick<TimelineRow, "absent" | "uncertain" | "propagated">>;

const known = new WeakMap<Track, TrackParts>();

/** A row a structure; where it has several tracks, a row a track. */
export function timelineRows(
  structures: readonly Structure[],
  document: SetDocument,
  suggestion: SetDocument | null = null,
): TimelineRow[] {
  return structures.flatMap((structure): TimelineRow[] => {
    const tracks = tracksOf(document, structure.id);
    const models = suggestion === null ? [] : tracksOf(suggestion, structure.id);
    const shown = {
      key: structure.code,
      name: structure.name,
      colour: structure.colour,
      suggested: merged(models.flatMap((track) => partsOf(track).spans)),
      suggestedShades: models.flatMap(shadesOf),
      judged: document.judgement.notVisible
        .filter((one) => one.structure === structure.id)
        .map((one): FrameSpan => [one.frame, one.to_frame]),
    };
    const [first, ...more] = tracks;
    if (first === undefined) return [{ ...shown, keyframes: [], spans: [] }];
    return [
      { ...shown, track: first.id, ...partsOf(first) },
      ...more.map((track, i) => ({
        key: `${structure.code}-${i + 2}`,
        name: `${structure.name} ${i + 2}`,
        colour: structure.colour,
        suggested: [],
        track: track.id,
        ...partsOf(track),
      })),
    ];
  });
}

/** The rows with shapes that are being carried on. */
export function withCarried(
  rows: readonly TimelineRow[],
  track: string,
  shapes: readonly CarriedShape[],
): TimelineRow[] {
  return rows.map((row) =>
    row.track === track
      ? {
          ...row,
          carried: shapes.map(({ frame, confidence }) => ({
            first: frame,
            last: frame,
            confidence: confidence ?? 1,
          })),
        }
      : row,
  );
}

function partsOf(track: Track): TrackParts {
  let parts = known.get(track);
  if (parts === undefined) {
    parts = {
      keyframes: track.keyframes.map(({ frame_index: frame, shape, source }) => ({
        frame,
        isAbsent: shape.kind === "absent",
        isPropagated: source === "propagated",
      })),
      spans: spansOf(track),
      absent: gapsOf(track),
      uncertain: uncertainOf(track),
      propagated: propagatedOf(track),
    };
    known.set(track, parts);
  }
  return parts;
}

function gapsOf(track: Track): FrameSpan[] {
  return track.keyframes.flatMap(({ frame_index: first, shape }, i): FrameSpan[] => {
    if (shape.kind !== "absent") return [];
    const next = track.keyframes[i + 1];
    return [[first, next === undefined ? first : next.frame_index - 1]];
  });
}

function uncertainOf(track: Track): FrameSpan[] {
  return track.keyframes.flatMap(({ frame_index: first, shape }, i): FrameSpan[] => {
    const next = track.keyframes[i + 1];
    const isUncertain = (one: typeof shape | undefined) =>
      one !== undefined &&
      one.kind !== "absent" &&
      isContour(one) &&
      one.uncertain.some((flag) => flag);
    if (isUncertain(shape)) return [[first, next === undefined ? first : next.frame_index]];
    // interpolation shows what either end says
    return isUncertain(next?.shape) && shape.kind !== "absent" && next
      ? [[first, next.frame_index]]
      : [];
  });
}

/** Up to each carried keyframe from the one before it. */
function propagatedOf(track: Track): ShadedSpan[] {
  return track.keyframes.flatMap((keyframe, i): ShadedSpan[] => {
    if (keyframe.source !== "propagated") return [];
    const before = track.keyframes[i - 1];
    const isJoined = before !== undefined && before.shape.kind !== "absent";
    const first = isJoined ? before.frame_index : keyframe.frame_index;
    return [{ first, last: keyframe.frame_index, confidence: keyframe.confidence ?? 1 }];
  });
}

/** Model keyframes lie side by side: each holds up to the next. */
function shadesOf(track: Track): ShadedSpan[] {
  return track.keyframes.flatMap((keyframe, i): ShadedSpan[] => {
    if (keyframe.shape.kind === "absent") return [];
    const next = track.keyframes[i + 1];
    const first = keyframe.frame_index;
    const last = next === undefined ? first : next.frame_index - 1;
    return [{ first, last, confidence: keyframe.confidence ?? 1 }];
  });
}

/** Overlapping and touching runs of frames as one. */
function merged(spans: readonly FrameSpan[]): FrameSpan[] {
  const result: [number, number][] = [];
  for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** The row in words, for those who hear the page. */
export function rowInWords(row: TimelineRow): string {
  const span = ([first, last]: FrameSpan) =>
    first === last ? `frame ${first}` : `frames ${first} to ${last}`;
  const few = (spans: readonly FrameSpan[]) =>
    spans.length > 4 ? `${spans.length} spans` : spans.map(span).join(", ");
  const keyframes = row.keyframes.filter((one) => !one.isAbsent).length;
  const words = [
    `${row.name}: ${keyframes === 1 ? "1 keyframe" : `${keyframes} keyframes`}`,
    row.spans.length > 0 ? `shapes in ${few(row.spans)}` : "no shapes",
  ];
  if (row.absent?.length) words.push(`not visible in ${few(row.absent)}`);
  if (row.uncertain?.length) words.push(`uncertain in ${few(row.uncertain)}`);
  if (row.propagated?.length) words.push(`${row.propagated.length} spans carried on`);
  if (row.suggested.length > 0) words.push(`suggested in ${few(row.suggested)}`);
  if (row.carried?.length) words.push(`${row.carried.length} carried frames not kept yet`);
  if (row.judged?.length) words.push(`judged not visible in ${few(row.judged)}`);
  return words.join("; ");
}
