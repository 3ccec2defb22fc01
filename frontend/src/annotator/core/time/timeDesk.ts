import type { Contour, Mask } from "../../../geometry";
import type { Annotator } from "../annotator";
import { keyframeAt, type Track, trackShape, tracksOf } from "../document";
import type { Operation } from "../operations";
import type { AnnotationSession } from "../session";
import {
  absentOnly,
  backAgain,
  copyToSpan,
  deleteKeyframes,
  keepCarried,
  moveKeyframes,
  retimed,
  rippled,
  type Span,
} from "./acts";
import { type CarriedShape, type PropagationServer, Propagations } from "./propagations";

export interface TimeParts {
  readonly annotator: Annotator;
  readonly session: AnnotationSession;
  readonly frameCount: number;
  readonly server: PropagationServer;
  /** The frames chosen on the timeline, or null. */
  range(): Span | null;
  tell(sentence: string): void;
  failed(error: unknown): void;
}

/** How far to carry a shape: a number of frames, up to the next keyframe, or as far as it goes. */
export type Reach = number | "keyframe" | "end";

/** What can be done with shapes through time. */
export class TimeDesk {
  readonly propagations: Propagations;

  constructor(private readonly parts: TimeParts) {
    this.propagations = new Propagations(parts.server);
  }

  get isReadOnly(): boolean {
    return this.parts.annotator.isReadOnly;
  }

  // --- carrying a shape on

  async propagate(direction: 1 | -1, reach: Reach = "keyframe"): Promise<void> {
    const track = this.chosen();
    if (track === null) return;
    const source = this.frame;
    const shape = trackShape(track, source);
    if (shape === null) {
      this.parts.tell("There is no shape of this structure here to carry on.");
      return;
    }
    const last = this.lastFrame(track, direction, reach);
    if (last === source) {
      this.parts.tell("There is no frame to carry the shape into before the next keyframe.");
      return;
    }
    await this.propagations
      .start({
        track: track.id,
        structure: track.structure,
        shape,
        source_frame: source,
        last_frame: last,
      })
      .catch((error: unknown) => this.parts.failed(error));
  }

  /** One stroke of what has come, up to a frame or all of it; the rest is thrown away. */
  keep(upTo?: number): void {
    const state = this.propagations.state.snapshot();
    if (state === null) return;
    const reach = upTo === undefined ? Infinity : Math.abs(upTo - state.sourceFrame);
    const wanted = state.shapes.filter((one) => Math.abs(one.frame - state.sourceFrame) <= reach);
    const { document } = this.parts.session;
    const track = document.tracks.get(state.track);
    const source = track === undefined ? null : trackShape(track, state.sourceFrame);
    if (track === undefined || this.isLocked(track)) {
      this.parts.tell("The structure was locked or removed meanwhile; nothing was kept.");
      return;
    }
    const shapes: CarriedShape[] =
      source === null
        ? wanted
        : [{ frame: state.sourceFrame, shape: source, confidence: null }, ...wanted];
    if (wanted.length > 0) {
      this.parts.session.perform("Keep carried shapes", keepCarried(track, shapes));
    }
    void this.propagations.close();
  }

  discard(): void {
    void this.propagations.close();
  }

  /** The shape carried into a frame, with its structure. */
  carriedAt(frame: number): { structure: string; shape: Contour | Mask } | null {
    const state = this.propagations.state.snapshot();
    const found = state?.shapes.find((one) => one.frame === frame);
    return state && found ? { structure: state.structure, shape: found.shape } : null;
  }

  // --- keyframes

  /** Hold the shape of this frame through the frames chosen on the timeline. */
  copyToRange(): void {
    const range = this.parts.range();
    if (range === null) {
      this.parts.tell("Choose frames first: Shift drag on the timeline, or { and }.");
      return;
    }
    this.act("Copy shape to a range", (track) => copyToSpan(track, this.frame, range));
  }

  absentHere(): void {
    this.act("Not visible on this frame", (track) =>
      absentOnly(track, this.frame, this.parts.frameCount),
    );
  }

  backHere(): void {
    this.act("Visible again from here", (track) => backAgain(track, this.frame));
  }

  /** False when there is no keyframe to take away. */
  deleteKeyframe(): boolean {
    const track = this.quiet();
    if (track === null || keyframeAt(track, this.frame) === undefined) return false;
    return this.perform(track, "Delete keyframe", deleteKeyframes(track, new Set([this.frame])));
  }

  deleteKeyframeAt(track: string, frame: number): boolean {
    const row = this.track(track);
    if (row === null) return false;
    return this.perform(row, "Delete keyframe", deleteKeyframes(row, new Set([frame])));
  }

  /** Every keyframe of the chosen frames. */
  deleteRange(): void {
    const range = this.parts.range();
    if (range === null) return;
    const inside = (track: Track) =>
      track.keyframes
        .map((one) => one.frame_index)
        .filter((frame) => frame >= range.first && frame <= range.last);
    this.act("Delete keyframes", (track) => deleteKeyframes(track, new Set(inside(track))));
  }

  /** Move one keyframe, or with `ripple` it and all later ones by as much. */
  moveKeyframe(track: string, from: number, to: number, ripple: boolean): boolean {
    const row = this.track(track);
    if (row === null) return false;
    const moved = ripple ? rippled(row, from, to - from) : new Map([[from, to]]);
    const operations = moveKeyframes(row, moved, this.parts.frameCount);
    if (operations === null) {
      if (from !== to) this.parts.tell("Another keyframe is in the way.");
      return false;
    }
    return this.perform(row, ripple ? "Move keyframes" : "Move keyframe", operations);
  }

  nudge(by: 1 | -1): boolean {
    const track = this.quiet();
    if (track === null || keyframeAt(track, this.frame) === undefined) return false;
    return this.moveKeyframe(track.id, this.frame, this.frame + by, false);
  }

  /** Spread the keyframes between the chosen frames so that the last comes to be at this frame. */
  retimeTo(span: Span, last: number): boolean {
    const track = this.chosen();
    if (track === null || last <= span.first) return false;
    const moved = retimed(track, span, { first: span.first, last });
    const operations = moveKeyframes(track, moved, this.parts.frameCount);
    if (operations === null) {
      this.parts.tell("The keyframes do not fit in there.");
      return false;
    }
    return this.perform(track, "Retime keyframes", operations);
  }

  retimeHere(): void {
    const range = this.parts.range();
    if (range === null) this.parts.tell("Choose frames first: Shift drag on the timeline.");
    else this.retimeTo(range, this.frame);
  }

  /** The page is there: what was going on before it was loaded again is taken up. */
  enter(): void {
    if (!this.isReadOnly) void this.propagations.resume();
  }

  leave(): void {
    this.propagations.leave();
  }

  private get frame(): number {
    return this.parts.annotator.state.snapshot().frame;
  }

  private lastFrame(track: Track, direction: 1 | -1, reach: Reach): number {
    const end = direction > 0 ? this.parts.frameCount - 1 : 0;
    const beside = track.keyframes
      .map((one) => one.frame_index)
      .filter((at) => (direction > 0 ? at > this.frame : at < this.frame));
    const next = direction > 0 ? Math.min(...beside) : Math.max(...beside);
    const limit = beside.length === 0 || reach === "end" ? end : next - direction;
    if (typeof reach !== "number") return limit;
    const wished = this.frame + direction * reach;
    return direction > 0 ? Math.min(wished, limit) : Math.max(wished, limit);
  }

  /** The track of the chosen structure; says why there is none. */
  private chosen(): Track | null {
    if (this.isReadOnly) return null;
    const track = this.quiet();
    if (track === null) this.parts.tell("Choose a structure that has a shape first.");
    return track;
  }

  private quiet(): Track | null {
    const { track, structure } = this.parts.annotator.state.snapshot();
    const { document } = this.parts.session;
    const picked = document.tracks.get(track ?? "");
    if (picked !== undefined && picked.structure === structure) return picked;
    if (structure === null) return null;
    const own = tracksOf(document, structure);
    return own.find((one) => trackShape(one, this.frame) !== null) ?? own[0] ?? null;
  }

  private track(id: string): Track | null {
    return this.isReadOnly ? null : (this.parts.session.document.tracks.get(id) ?? null);
  }

  private isLocked(track: Track): boolean {
    return this.parts.annotator.state.snapshot().locked.has(track.structure);
  }

  private act(label: string, operationsOf: (track: Track) => Operation[] | null): void {
    const track = this.chosen();
    if (track === null) return;
    const operations = operationsOf(track);
    if (operations === null || operations.length === 0) {
      this.parts.tell("There is nothing to change here.");
    } else this.perform(track, label, operations);
  }

  private perform(track: Track, label: string, operations: readonly Operation[]): boolean {
    if (this.isReadOnly) return false;
    if (this.isLocked(track)) {
      this.parts.tell("A locked structure was left as it is.");
      return false;
    }
    return this.parts.session.perform(label, operations);
  }
}
