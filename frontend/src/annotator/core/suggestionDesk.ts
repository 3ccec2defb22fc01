import type { Structure } from "../../api/types";
import { isContour } from "../../geometry";
import type { Ghost } from "../view/scene";
import type { AnswerKind, SuggestionAnswers } from "./answers";
import { keyframeAt, type SetDocument, tracksOf } from "./document";
import { type Doubt, doubtsOf, type RankedPlace, rankedFirst } from "./doubts";
import type { KeyframePut, Operation } from "./operations";
import { acceptForEditing, acceptOperations, acceptThroughClip, suggestedAt } from "./suggestions";

/** By structure code, one number a frame, as the model gave it. */
export type Confidence = Parameters<typeof doubtsOf>[3];

/** What the model says of a structure on the frame shown. */
export interface OpenSuggestion {
  readonly structure: Structure;
  readonly confidence: number | null;
  readonly isMask: boolean;
  /** The set has a keyframe of its own there. */
  readonly isTaken: boolean;
}

/** What answering suggestions needs of the annotator. */
export interface SuggestionRoom {
  readonly document: SetDocument;
  readonly frame: number;
  readonly isReadOnly: boolean;
  readonly structures: readonly Structure[];
  readonly answers: SuggestionAnswers;
  perform(label: string, operations: readonly Operation[]): boolean;
  /** Choose a track of a structure to edit. */
  edit(structure: string, track: string | null): void;
  changed(): void;
  tell(sentence: string): void;
}

/** A model's suggestion for the whole clip, and what a person makes of it. */
export class SuggestionDesk {
  private suggestion: SetDocument | null = null;
  private confidence: Confidence = null;
  private ranked: readonly RankedPlace[] = [];
  /** Answers that undo took back, for redo to give again. */
  private readonly takenBack = new Map<string, AnswerKind>();

  constructor(private readonly room: SuggestionRoom) {}

  set(suggestion: SetDocument | null, confidence: Confidence): void {
    this.suggestion = suggestion;
    this.confidence = confidence;
    this.room.changed();
  }

  /** The frames to look at first, as the server ranks them. */
  rank(ranked: readonly RankedPlace[]): void {
    this.ranked = ranked;
    this.room.changed();
  }

  get isPresent(): boolean {
    return this.suggestion !== null;
  }

  /** Take the suggestion for a structure; what a person has drawn stays. */
  accept(structure: string): void {
    const { room } = this;
    if (this.suggestion === null || this.isKept(structure)) return;
    const operations = acceptOperations(room.document, this.suggestion, [structure], room.frame);
    if (room.perform(`Accept ${this.nameOf(structure)}`, operations)) {
      room.answers.give(structure, [room.frame], "accepted");
    }
  }

  /** Take what is suggested here and neither dealt with nor turned down. */
  acceptAll(): void {
    const { room } = this;
    if (this.suggestion === null) return;
    const structures = this.open()
      .filter((one) => !one.isTaken && !this.isRejected(one.structure.id))
      .map((one) => one.structure.id);
    const operations = acceptOperations(room.document, this.suggestion, structures, room.frame);
    if (operations.length === 0) room.tell("No suggestion is open on this frame.");
    else if (room.perform("Accept all structures", operations)) {
      for (const structure of structures) room.answers.give(structure, [room.frame], "accepted");
    }
  }

  acceptForEditing(structure: string): void {
    const { room } = this;
    if (this.suggestion === null || this.isKept(structure)) return;
    const operations = acceptForEditing(room.document, this.suggestion, structure, room.frame);
    if (!room.perform(`Accept ${this.nameOf(structure)} to edit`, operations)) return;
    room.answers.give(structure, [room.frame], "edited");
    room.edit(structure, operations.find(isPut)?.track ?? null);
  }

  acceptThroughClip(structure: string): void {
    const { room } = this;
    if (this.suggestion === null) return;
    const { operations, keptFrames } = acceptThroughClip(room.document, this.suggestion, structure);
    if (room.perform(`Accept ${this.nameOf(structure)} through the clip`, operations)) {
      const shown = operations.filter(isPut).filter((one) => one.shape.kind !== "absent");
      room.answers.give(structure, [...new Set(shown.map((one) => one.frame))], "accepted");
    }
    if (keptFrames > 0) {
      const frames = keptFrames === 1 ? "1 frame" : `${keptFrames} frames`;
      room.tell(`Your own work on ${frames} was left as it is.`);
    }
  }

  /** Turn the suggestion down on this frame, or show it again. */
  reject(structure: string): void {
    const { room } = this;
    if (room.isReadOnly) return;
    room.answers.give(structure, [room.frame], this.isRejected(structure) ? null : "rejected");
    room.changed();
  }

  isRejected(structure: string): boolean {
    return this.room.answers.answerTo(structure, this.room.frame) === "rejected";
  }

  /**
   * Undo or redo has changed the set: an answer goes with the accepted shape that it took away,
   * and comes again with it.
   */
  follow(before: SetDocument): void {
    const { answers, document } = this.room;
    const given = [...answers.state.snapshot().values()].filter(
      ({ answer }) => answer === "accepted" || answer === "edited",
    );
    for (const { structure, frame, answer } of given) {
      if (answer === null || !isTaken(before, structure, frame)) continue;
      if (isTaken(document, structure, frame)) continue;
      this.takenBack.set(`${structure} ${frame}`, answer);
      answers.give(structure, [frame], null);
    }
    for (const [place, answer] of this.takenBack) {
      const [structure = "", frame] = place.split(" ");
      if (isTaken(before, structure, Number(frame))) continue;
      if (!isTaken(document, structure, Number(frame))) continue;
      this.takenBack.delete(place);
      answers.give(structure, [Number(frame)], answer);
    }
  }

  /** Suggested places that wait for an answer: the ranked ones, then the least certain first. */
  doubts(): readonly Doubt[] {
    const { structures, document, answers } = this.room;
    if (this.suggestion === null) return [];
    const isAnswered = (structure: string, frame: number) =>
      answers.answerTo(structure, frame) === "rejected";
    const open = doubtsOf(this.suggestion, document, structures, this.confidence, isAnswered);
    return rankedFirst(open, this.ranked);
  }

  /** Structures with a suggestion on the frame shown, with the model's confidence. */
  open(): OpenSuggestion[] {
    const { suggestion, room } = this;
    if (suggestion === null) return [];
    return room.structures.flatMap((structure) => {
      const found = suggestedAt(suggestion, structure.id, room.frame);
      if (found.length === 0) return [];
      const known = found.flatMap((one) => (one.confidence === null ? [] : [one.confidence]));
      return [
        {
          structure,
          confidence: known.length === 0 ? null : Math.min(...known),
          isMask: found.some((one) => !isContour(one.shape)),
          isTaken: isTaken(room.document, structure.id, room.frame),
        },
      ];
    });
  }

  /** What waits for an answer on a frame, to be drawn faintly. */
  ghosts(frame: number, hidden: ReadonlySet<string>): Ghost[] {
    const { suggestion, room } = this;
    if (suggestion === null) return [];
    return room.structures.flatMap((structure) => {
      if (hidden.has(structure.id) || isTaken(room.document, structure.id, frame)) return [];
      if (room.answers.answerTo(structure.id, frame) === "rejected") return [];
      return suggestedAt(suggestion, structure.id, frame).map(({ track, shape }) => ({
        key: track.id,
        colour: structure.colour,
        shape,
      }));
    });
  }

  /** A shape a person drew here is not overwritten; says so. */
  private isKept(structure: string): boolean {
    const isDrawn = tracksOf(this.room.document, structure).some(
      (track) => keyframeAt(track, this.room.frame)?.source === "drawn",
    );
    if (isDrawn) this.room.tell("Your own shape stays. Delete it first to take the suggestion.");
    return isDrawn;
  }

  private nameOf(structure: string): string {
    return this.room.structures.find((one) => one.id === structure)?.name ?? "structure";
  }
}

const isPut = (one: Operation): one is KeyframePut => one.op === "keyframe.put";

/** Whether the set has an own keyframe there: then the suggestion has been dealt with. */
function isTaken(document: SetDocument, structure: string, frame: number): boolean {
  return tracksOf(document, structure).some((track) => keyframeAt(track, frame) !== undefined);
}
