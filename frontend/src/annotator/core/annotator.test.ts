import { beforeEach, describe, expect, it } from "vitest";
import type { Structure } from "../../api/types";
import { contour, type Point, shapeMask } from "../../geometry";
import { Annotator } from "./annotator";
import { applyAll, EMPTY_DOCUMENT, type SetDocument, tracksOf } from "./document";
import { spansOf } from "./reading";
import { AnnotationSession } from "./session";

const STRUCTURES = ["Vessel", "Nerve"].map(
  (name, i): Structure => ({
    id: name,
    code: name,
    name,
    kind: "nerve",
    colour: "#0072b2",
    channel: i + 1,
  }),
);

const square = (left: number, size = 20) =>
  contour("polygon", [
    [left, 10],
    [left + size, 10],
    [left + size, 10 + size],
    [left, 10 + size],
  ] satisfies Point[]);

const suggestion: SetDocument = applyAll(EMPTY_DOCUMENT, [
  { op: "track.add", track: "m1", structure: "Nerve" },
  ...[0, 1, 2, 3, 4].map(
    (frame) =>
      ({
        op: "keyframe.put",
        track: "m1",
        frame,
        shape: shapeMask(square(30 + frame), 100, 100),
        source: "model",
      }) as const,
  ),
]);

let session: AnnotationSession;
let annotator: Annotator;
let told: string[];
beforeEach(async () => {
  session = await AnnotationSession.open(
    {
      set: "set",
      owner: "page",
      storage: null,
      isPageOpen: async () => false,
      send: async () => ({ kind: "unreachable" }),
      reload: async () => ({ revision: 0, tracks: [] }),
      idleMs: 1e9,
      retryMs: () => 1e9,
    },
    { revision: 0, tracks: [] },
  );
  told = [];
  annotator = new Annotator({
    session,
    structures: STRUCTURES,
    isReadOnly: false,
    tell: (sentence) => told.push(sentence),
  });
  annotator.suggestions.set(suggestion, null);
});

const shapesOf = (structure: string) =>
  tracksOf(session.document, structure).flatMap((track) => track.keyframes);

describe("the annotator", () => {
  it("draws into the chosen structure, and a further one only when asked", () => {
    annotator.chooseStructure("Vessel");
    annotator.draw(square(0));
    annotator.draw(square(5));
    expect(tracksOf(session.document, "Vessel")).toHaveLength(1);
    annotator.drawAnother();
    annotator.draw(square(50));
    expect(tracksOf(session.document, "Vessel")).toHaveLength(2);
  });

  it("accepts a suggestion as one stroke that undo takes back whole", () => {
    annotator.suggestions.acceptAll();
    expect(shapesOf("Nerve").map((one) => one.source)).toEqual(["accepted_suggestion"]);
    expect(annotator.scene(0, []).ghosts).toEqual([]);
    session.undo();
    expect(session.document.tracks.size).toBe(0);
    expect(annotator.scene(0, []).ghosts).toHaveLength(1);
  });

  it("leaves a person's own shape alone when all suggestions are accepted", () => {
    annotator.chooseStructure("Nerve");
    annotator.draw(square(3));
    annotator.suggestions.acceptAll();
    expect(shapesOf("Nerve").map((one) => one.shape)).toEqual([square(3)]);
    annotator.suggestions.accept("Nerve");
    annotator.suggestions.acceptForEditing("Nerve");
    expect(shapesOf("Nerve").map((one) => one.shape)).toEqual([square(3)]);
    expect(told.at(-1)).toBe("Your own shape stays. Delete it first to take the suggestion.");
  });

  it("turns an accepted mask into a spline that covers nearly the same pixels", () => {
    annotator.suggestions.acceptForEditing("Nerve");
    const [keyframe] = shapesOf("Nerve");
    expect(keyframe?.shape.kind).toBe("spline");
    expect(annotator.selected()?.structure).toBe("Nerve");
  });

  it("accepts through the clip without touching what a person has drawn", () => {
    annotator.chooseStructure("Nerve");
    annotator.show(2);
    annotator.draw(square(70));
    annotator.suggestions.acceptThroughClip("Nerve");
    expect(shapesOf("Nerve").map((one) => [one.frame_index, one.source])).toEqual([
      [0, "accepted_suggestion"],
      [1, "accepted_suggestion"],
      [2, "drawn"],
      [3, "accepted_suggestion"],
      [4, "accepted_suggestion"],
    ]);
    expect(told).toEqual(["Your own work on 1 frame was left as it is."]);
    session.undo();
    expect(shapesOf("Nerve").map((one) => one.frame_index)).toEqual([2]);
  });

  it("hides a rejected suggestion on this frame only", () => {
    annotator.suggestions.reject("Nerve");
    expect(annotator.scene(0, []).ghosts).toEqual([]);
    expect(annotator.scene(1, []).ghosts).toHaveLength(1);
    annotator.suggestions.reject("Nerve");
    expect(annotator.scene(0, []).ghosts).toHaveLength(1);
  });

  it("offers what waits for an answer, and remembers the answers", () => {
    annotator.suggestions.set(suggestion, { Nerve: [0.9, 0.4, 0.8, 0.7, 0.6] });
    expect(annotator.suggestions.doubts().map((one) => one.frame)).toEqual([1, 4, 3, 2, 0]);
    annotator.show(1);
    annotator.suggestions.reject("Nerve");
    annotator.show(4);
    annotator.suggestions.accept("Nerve");
    expect(annotator.suggestions.doubts().map((one) => one.frame)).toEqual([3, 2, 0]);
    expect(annotator.answers.answerTo("Nerve", 4)).toBe("accepted");
    annotator.undo();
    expect(annotator.suggestions.doubts().map((one) => one.frame)).toEqual([4, 3, 2, 0]);
    expect(annotator.answers.answerTo("Nerve", 4)).toBeNull();
    annotator.redo();
    expect(annotator.answers.answerTo("Nerve", 4)).toBe("accepted");
    expect(annotator.answers.answerTo("Nerve", 1)).toBe("rejected");
  });

  it("fills one structure less than the others", () => {
    annotator.chooseStructure("Nerve");
    annotator.draw(square(3));
    annotator.setFill("Nerve", 0);
    expect(annotator.scene(0, []).layers.map((one) => one.fill)).toEqual([0]);
  });

  it("ends a structure where its interpolated shape is deleted", () => {
    annotator.chooseStructure("Nerve");
    annotator.draw(square(0));
    annotator.show(10);
    annotator.draw(square(0));
    annotator.show(4);
    const track = annotator.selected()?.track ?? "";
    annotator.remove(track);
    const row = session.document.tracks.get(track);
    expect(row === undefined ? [] : spansOf(row)).toEqual([
      [0, 3],
      [10, 10],
    ]);
  });

  it("changes nothing of a locked structure", () => {
    annotator.chooseStructure("Nerve");
    annotator.toggle("locked", "Nerve");
    expect(annotator.drawingColour()).toBeNull();
    expect(told).toEqual(["Nerve is locked."]);
  });

  it("changes nothing at all when only reading", () => {
    const reader = new Annotator({
      session,
      structures: STRUCTURES,
      isReadOnly: true,
      tell: () => undefined,
    });
    reader.suggestions.set(suggestion, null);
    reader.chooseStructure("Nerve");
    reader.draw(square(0));
    reader.suggestions.accept("Nerve");
    expect(session.document.tracks.size).toBe(0);
  });
});
