import { ABSENT } from "../../../geometry";
import { type Keyframe, keyframeAt, type Track, trackShape } from "../document";
import type { KeyframePut, Operation } from "../operations";
import { thinned } from "./deviation";
import type { CarriedShape } from "./propagations";

/** Frames `first` to `last`, both meant. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

const put = (track: Track, frame: number, keyframe: Keyframe): KeyframePut => ({
  op: "keyframe.put",
  track: track.id,
  frame,
  shape: keyframe.shape,
  source: keyframe.source,
  confidence: keyframe.confidence,
});

/**
 * Hold the shape of one frame through a span: keyframes at its two ends, those between go away.
 * Null where there is no shape to hold.
 */
export function copyToSpan(track: Track, frame: number, span: Span): Operation[] | null {
  const before = track.keyframes.filter(
    (one) => one.frame_index <= frame && one.shape.kind !== "absent",
  );
  const shape = trackShape(track, frame) ?? before.at(-1)?.shape;
  if (shape === undefined || shape.kind === "absent") return null;
  const inside = track.keyframes.filter(
    ({ frame_index: at }) => at > span.first && at < span.last && at !== frame,
  );
  const ends = span.first === span.last ? [span.first] : [span.first, span.last];
  return [
    ...inside.map(
      (one): Operation => ({ op: "keyframe.delete", track: track.id, frame: one.frame_index }),
    ),
    ...ends
      .filter((at) => at !== frame || keyframeAt(track, at) === undefined)
      .map(
        (at): Operation => ({
          op: "keyframe.put",
          track: track.id,
          frame: at,
          shape,
          source: "propagated",
        }),
      ),
  ];
}

/** The structure is not in this frame, and is as it was in the frames beside it. */
export function absentOnly(track: Track, frame: number, frameCount: number): Operation[] | null {
  if (trackShape(track, frame) === null) return null;
  const absent: Operation = {
    op: "keyframe.put",
    track: track.id,
    frame,
    shape: ABSENT,
    source: "drawn",
  };
  const kept = [frame - 1, frame + 1].flatMap((beside): Operation[] => {
    if (beside < 0 || beside >= frameCount || keyframeAt(track, beside) !== undefined) return [];
    const shape = trackShape(track, beside);
    if (shape === null) return [];
    return [{ op: "keyframe.put", track: track.id, frame: beside, shape, source: "propagated" }];
  });
  return [absent, ...kept];
}

/** The last shape before it went away, set again here. Null where it never was. */
export function backAgain(track: Track, frame: number): Operation[] | null {
  const earlier = track.keyframes.filter(
    (one) => one.frame_index < frame && one.shape.kind !== "absent",
  );
  const last = earlier.at(-1);
  if (last === undefined || trackShape(track, frame) !== null) return null;
  return [{ op: "keyframe.put", track: track.id, frame, shape: last.shape, source: "propagated" }];
}

/** Put keyframes elsewhere: `moved` gives each one's new frame. Null where two would meet. */
export function moveKeyframes(
  track: Track,
  moved: ReadonlyMap<number, number>,
  frameCount: number,
): Operation[] | null {
  const changes = [...moved].filter(([from, to]) => from !== to);
  if (changes.length === 0) return null;
  const targets = new Set(moved.values());
  if (targets.size < moved.size) return null;
  for (const to of targets) {
    if (to < 0 || to >= frameCount) return null;
    if (keyframeAt(track, to) !== undefined && !moved.has(to)) return null;
  }
  const vacated = changes.flatMap(([from]): Operation[] =>
    targets.has(from) ? [] : [{ op: "keyframe.delete", track: track.id, frame: from }],
  );
  const placed = changes.flatMap(([from, to]): Operation[] => {
    const keyframe = keyframeAt(track, from);
    return keyframe === undefined ? [] : [put(track, to, keyframe)];
  });
  return [...vacated, ...placed];
}

/** The keyframe of a frame and all later ones, so many frames on. */
export function rippled(track: Track, frame: number, by: number): Map<number, number> {
  return new Map(
    track.keyframes
      .filter((one) => one.frame_index >= frame)
      .map((one) => [one.frame_index, one.frame_index + by]),
  );
}

/** Keyframes of a span spread evenly over another: slower or faster. */
export function retimed(track: Track, from: Span, to: Span): Map<number, number> {
  const stretch = (to.last - to.first) / Math.max(from.last - from.first, 1);
  return new Map(
    track.keyframes
      .filter(({ frame_index: at }) => at >= from.first && at <= from.last)
      .map(({ frame_index: at }) => [at, Math.round(to.first + (at - from.first) * stretch)]),
  );
}

/** Take keyframes away; the track goes with its last one. */
export function deleteKeyframes(track: Track, frames: ReadonlySet<number>): Operation[] {
  const gone = track.keyframes.filter((one) => frames.has(one.frame_index));
  if (gone.length > 0 && gone.length === track.keyframes.length) {
    return [{ op: "track.delete", track: track.id }];
  }
  return gone.map(({ frame_index: frame }) => ({
    op: "keyframe.delete",
    track: track.id,
    frame,
  }));
}

/**
 * What keeping carried shapes does: as few keyframes as interpolation needs, none in place of a
 * keyframe that is there. `shapes` begins with the shape that was carried, at its own frame.
 */
export function keepCarried(track: Track, shapes: readonly CarriedShape[]): Operation[] {
  const inOrder = [...shapes].sort((a, b) => a.frame - b.frame);
  // a keyframe of the person's own is a fixed end: shapes are thinned between such frames
  const runs: CarriedShape[][] = [[]];
  for (const one of inOrder) {
    (runs.at(-1) as CarriedShape[]).push(one);
    if (keyframeAt(track, one.frame) !== undefined) runs.push([one]);
  }
  const chosen = new Map(
    runs.flatMap((run) => thinned(run)).map((one) => [one.frame, one] as const),
  );
  return [...chosen.values()]
    .filter((one) => keyframeAt(track, one.frame) === undefined)
    .map((one) => ({
      op: "keyframe.put",
      track: track.id,
      frame: one.frame,
      shape: one.shape,
      source: "propagated",
      confidence: one.confidence,
    }));
}
