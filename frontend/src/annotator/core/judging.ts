import type { Annotator } from "./annotator";
import { isNotVisible, type Judgement } from "./judgement";
import type { ImageQuality, Operation } from "./operations";
import type { AnnotationSession } from "./session";

/** What is said of frames, structures and the clip besides shapes; each act is one stroke. */
export class Judging {
  constructor(
    private readonly annotator: Annotator,
    private readonly session: AnnotationSession,
  ) {}

  get judgement(): Judgement {
    return this.session.document.judgement;
  }

  private get frame(): number {
    return this.annotator.state.snapshot().frame;
  }

  /** Image quality of the frame; the same again takes it back. */
  quality(quality: ImageQuality | null): void {
    const said = this.judgement.quality.get(this.frame) === quality ? null : quality;
    this.do(said === null ? "Take the image quality back" : `Image quality: ${said}`, {
      op: "frame.judge",
      frame: this.frame,
      quality: said,
    });
  }

  /** "Not visible" on this frame, or up to another one; said again on a frame, takes it back. */
  notVisible(structure: string, toFrame = this.frame): void {
    const isBack = toFrame === this.frame && isNotVisible(this.judgement, structure, this.frame);
    this.do(isBack ? "Take “not visible” back" : "Not visible", {
      op: "structure.judge",
      structure,
      frame: Math.min(this.frame, toFrame),
      to_frame: Math.max(this.frame, toFrame),
      visible: isBack ? null : false,
    });
  }

  rejectClip(reason: string): void {
    this.do("Reject the clip", { op: "clip.judge", rejected: true, reason });
  }

  takeClip(): void {
    this.do("Take the clip back in", { op: "clip.judge", rejected: false, reason: "" });
  }

  note(text: string, isOfClip: boolean): void {
    const frame = isOfClip ? null : this.frame;
    this.do("Write a note", { op: "note.put", note: crypto.randomUUID(), frame, text });
  }

  removeNote(note: string): void {
    this.do("Remove a note", { op: "note.delete", note });
  }

  private do(label: string, operation: Operation): void {
    if (!this.annotator.isReadOnly) this.session.perform(label, [operation]);
  }
}
