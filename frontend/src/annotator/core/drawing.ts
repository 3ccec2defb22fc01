import type { Structure } from "../../api/types";
import {
  type BooleanKind,
  type Contour,
  combined,
  holesFilled,
  isContour,
  isEmptyMask,
  type Mask,
  shapeMask,
  smoothed,
} from "../../geometry";
import type { DrawOptions, Subject, Target } from "../tools/tool";
import { ToolOptions } from "../tools/toolSettings";
import type { Size } from "../view/viewport";
import { type Conversion, contoursFromMask, NotConvertible } from "./convert";
import { keyframeAt, type SetDocument, shownShape, type Track } from "./document";
import { editable } from "./maskToSpline";
import type { KeyframePut, Operation } from "./operations";

/** The stored grey values of a clip's frames, never those of a filtered view. */
export interface GreySource {
  readonly width: number;
  readonly height: number;
  /** Row-major grey values of exactly this frame; null while they are not here. */
  peek(frame: number): Uint8Array | null;
}

/** What drawing needs of the annotator. */
export interface DrawingRoom {
  readonly isReadOnly: boolean;
  readonly document: SetDocument;
  readonly frame: number;
  readonly picture: GreySource | null;
  structure(): Structure | null;
  /** The structure's colour when it may be drawn in; shows it, or says that it is locked. */
  drawingColour(): string | null;
  trackToDrawIn(structure: string): Track | null;
  selected(): Target | null;
  targets(): readonly Target[];
  perform(label: string, operations: readonly Operation[]): boolean;
  remove(track: string): void;
  /** Choose a track, and the editing tool unless the tool is kept. */
  choose(track: string, keepsTool: boolean): void;
  tell(sentence: string): void;
}

const NO_PICTURE: Size = { width: 640, height: 480 };

/** What tools, and acts on the chosen shape, make of the set: one stroke each. */
export class Drawing {
  readonly options = new ToolOptions();

  constructor(private readonly room: DrawingRoom) {}

  size(): Size {
    return this.room.picture ?? NO_PICTURE;
  }

  grey(isQuiet = false): Uint8Array | null {
    const gray = this.room.picture?.peek(this.room.frame) ?? null;
    if (gray === null && !isQuiet) {
      this.room.tell("The stored picture of this frame is still being loaded. Try again.");
    }
    return gray;
  }

  subject(): Subject | null {
    const colour = this.room.drawingColour();
    const structure = this.room.structure();
    if (colour === null || structure === null) return null;
    const row = this.room.trackToDrawIn(structure.id);
    const shape = row === null ? null : shownShape(this.room.document, row, this.room.frame);
    return { track: row?.id ?? null, shape, colour };
  }

  draw(shape: Contour, { label, keepsTool = false }: DrawOptions = {}): void {
    const { room } = this;
    const structure = room.structure();
    if (room.isReadOnly || structure === null) return;
    const row = room.trackToDrawIn(structure.id);
    const before = row === null ? null : shownShape(room.document, row, room.frame);
    const { mode } = this.options.now;
    if (mode === "subtract" && before === null) {
      room.tell(`There is no ${structure.name} on this frame to take from.`);
      return;
    }
    if (mode !== "replace" && row !== null && before !== null) {
      const result = this.together(before, shape, mode);
      const verb = mode === "add" ? "Add to" : "Subtract from";
      this.put(row.id, result, label ?? `${verb} ${structure.name}`, keepsTool);
      return;
    }
    this.put(row?.id ?? null, shape, label ?? `Draw ${structure.name}`, keepsTool);
  }

  paint(subject: Subject, mask: Mask, label: string): void {
    if (subject.track !== null || !isEmptyMask(mask)) this.put(subject.track, mask, label, true);
  }

  combine(track: string, other: string, kind: BooleanKind): void {
    const { room } = this;
    const [row, second] = [room.document.tracks.get(track), room.document.tracks.get(other)];
    const first = row && shownShape(room.document, row, room.frame);
    const added = second && shownShape(room.document, second, room.frame);
    if (row === undefined || second === undefined || !first || !added) return;
    const result = this.together(first, added, kind);
    const operations = this.puts(row.id, result);
    if (kind === "add" && row.structure === second.structure) {
      // two parts of one structure have become one
      operations.push(...this.takenOff(second));
    }
    room.perform(kind === "add" ? "Add shape" : "Subtract shape", operations);
  }

  /** Fill the holes of the chosen shape. */
  fillHoles(): void {
    const target = this.chosen();
    if (target === null) return;
    const mask = this.maskOf(target.shape);
    const filled = holesFilled(mask);
    if (filled === mask) this.room.tell("The chosen shape has no holes.");
    else this.put(target.track, filled, "Fill holes", true);
  }

  /** Even out the points of the chosen curve. */
  smooth(): void {
    const target = this.chosen();
    if (target === null) return;
    if (!isContour(target.shape)) {
      this.room.tell("Only a curve is smoothed. Convert the mask first (Shift C).");
      return;
    }
    this.put(target.track, smoothed(editable(target.shape)), "Smooth", true);
  }

  /** A mask of the chosen curve, or curves of the chosen mask, saying how exact they are. */
  convert(): void {
    const target = this.chosen();
    if (target === null) return;
    if (isContour(target.shape)) {
      this.put(target.track, this.maskOf(target.shape), "Convert to mask", true);
      this.room.tell("Converted to a mask: exactly the pixels of the curve.");
      return;
    }
    try {
      const parts = contoursFromMask(target.shape);
      this.room.perform("Convert to curve", this.partPuts(target, parts));
      this.room.tell(conversionSentence(parts));
    } catch (error) {
      if (!(error instanceof NotConvertible)) throw error;
      this.room.tell(error.message);
    }
  }

  private chosen(): Target | null {
    const { room } = this;
    if (room.isReadOnly) return null;
    const target =
      room.selected() ??
      room.targets().find((one) => one.structure === room.structure()?.id) ??
      null;
    if (target === null) room.tell("No shape is chosen on this frame.");
    return target;
  }

  private maskOf(shape: Contour | Mask): Mask {
    const { width, height } = this.size();
    return shapeMask(shape, width, height);
  }

  /** Two contours give a contour again where one within the bound can be had, else a mask. */
  private together(a: Contour | Mask, b: Contour | Mask, kind: BooleanKind): Contour | Mask {
    const result = combined(this.maskOf(a), this.maskOf(b), kind);
    if (!isContour(a) || !isContour(b) || isEmptyMask(result)) return result;
    try {
      const [only, ...others] = contoursFromMask(result);
      return only !== undefined && others.length === 0 ? only.contour : result;
    } catch (error) {
      if (error instanceof NotConvertible) return result;
      throw error;
    }
  }

  private put(
    track: string | null,
    shape: Contour | Mask,
    label: string,
    keepsTool: boolean,
  ): void {
    const { room } = this;
    if (!isContour(shape) && isEmptyMask(shape)) {
      if (track !== null) room.remove(track);
      return;
    }
    const place = track ?? crypto.randomUUID();
    if (room.perform(label, this.puts(place, shape))) room.choose(place, keepsTool);
  }

  private puts(track: string, shape: Contour | Mask): Operation[] {
    const { room } = this;
    const row = room.document.tracks.get(track);
    if (!isContour(shape) && isEmptyMask(shape)) return row === undefined ? [] : this.takenOff(row);
    const put = this.putOf(track, shape);
    const structure = room.structure();
    if (row !== undefined || structure === null) return [put];
    return [{ op: "track.add", track, structure: structure.id }, put];
  }

  private putOf(track: string, shape: Contour | Mask): KeyframePut {
    return { op: "keyframe.put", track, frame: this.room.frame, shape, source: "drawn" };
  }

  private takenOff(row: Track): Operation[] {
    const { frame } = this.room;
    if (keyframeAt(row, frame) === undefined) return [];
    return row.keyframes.length === 1
      ? [{ op: "track.delete", track: row.id }]
      : [{ op: "keyframe.delete", track: row.id, frame }];
  }

  /** The largest part stays in the track; each further one is a track of the same structure. */
  private partPuts(target: Target, parts: readonly Conversion[]): Operation[] {
    return parts.flatMap(({ contour: shape }, i): Operation[] => {
      if (i === 0) return [this.putOf(target.track, shape)];
      const track = crypto.randomUUID();
      return [{ op: "track.add", track, structure: target.structure }, this.putOf(track, shape)];
    });
  }
}

function conversionSentence(parts: readonly Conversion[]): string {
  const distance = Math.max(...parts.map((part) => part.distance));
  const alike = Math.min(...parts.map((part) => part.dice));
  const points = parts.reduce((sum, part) => sum + part.contour.points.length, 0);
  const what = parts.length === 1 ? "a curve" : `${parts.length} curves`;
  return (
    `Converted to ${what} of ${points} points: within ${distance.toFixed(2)} pixels ` +
    `of the mask's border, Dice ${alike.toFixed(4)}.`
  );
}
