import type { Structure } from "../../api/types";
import type { Layer } from "../view/scene";
import { type SetDocument, shownShape, type Track } from "./document";

/** What of a set is shown, and how. */
export interface LayerOptions {
  readonly hidden?: ReadonlySet<string>;
  /** Structure to point out; all others stand back. */
  readonly highlighted?: string | null;
  readonly selected?: string | null;
  /** How strongly structures are filled, 0 to 1. */
  readonly fills?: ReadonlyMap<string, number>;
  /** Says which set a layer belongs to where two are shown. */
  readonly prefix?: string;
}

/** A set's shapes on a frame, in the order in which the label map paints them. */
export function layersOf(
  document: SetDocument,
  structures: readonly Structure[],
  frame: number,
  { hidden, highlighted = null, selected = null, prefix = "", fills }: LayerOptions = {},
): Layer[] {
  const layers: Layer[] = [];
  for (const structure of structures) {
    if (hidden?.has(structure.id)) continue;
    for (const track of document.tracks.values()) {
      if (track.structure !== structure.id) continue;
      const shape = shownShape(document, track, frame);
      if (shape === null) continue;
      layers.push({
        key: prefix + track.id,
        channel: structure.channel,
        colour: structure.colour,
        name: structure.name,
        shape,
        isSelected: track.id === selected,
        isInterpolated: !track.keyframes.some((one) => one.frame_index === frame),
        fill: fills?.get(structure.id) ?? 1,
        isFaded: highlighted !== null && highlighted !== structure.id,
      });
    }
  }
  return layers;
}

/** The layers with another shape for one track, or without it. */
export function withReplaced(
  layers: readonly Layer[],
  { track, shape }: { readonly track: string; readonly shape: Layer["shape"] | null },
): Layer[] {
  return layers.flatMap((one) => {
    if (one.key !== track) return [one];
    return shape === null ? [] : [{ ...one, shape }];
  });
}

/** Runs of frames (first and last) in which a track has a shape. */
export function spansOf(track: Track): [number, number][] {
  const spans: [number, number][] = [];
  track.keyframes.forEach((keyframe, i) => {
    if (keyframe.shape.kind === "absent") return;
    const next = track.keyframes[i + 1];
    const first = keyframe.frame_index;
    const last =
      next === undefined
        ? first
        : next.shape.kind === "absent"
          ? next.frame_index - 1
          : next.frame_index;
    const earlier = spans.at(-1);
    if (earlier !== undefined && earlier[1] >= first) earlier[1] = last;
    else spans.push([first, last]);
  });
  return spans;
}

/** The structures of a set in the order of the procedure. */
export function inOrder(structures: readonly Structure[]): Structure[] {
  return [...structures].sort((a, b) => a.channel - b.channel);
}
