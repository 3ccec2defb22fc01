import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { contour } from "../../geometry";
import { conflictsOf, resolution } from "./conflicts";
import { difference } from "./difference";
import { applyAll, EMPTY_DOCUMENT, keyframeAt, type SetDocument } from "./document";
import { FakeServer } from "./fakeServer";
import type { Operation } from "./operations";
import { AnnotationSession, type SessionParts } from "./session";
import { IndexedDbUndo } from "./undoStorage";

const square = (size: number) =>
  contour("polygon", [
    [0, 0],
    [size, 0],
    [size, size],
  ]);
const put = (track: string, frame: number, size: number): Operation => ({
  op: "keyframe.put",
  track,
  frame,
  shape: square(size),
  source: "drawn",
});
const add = (track: string): Operation => ({ op: "track.add", track, structure: "nerve" });
const sizeAt = (document: SetDocument, frame: number, track = "t") => {
  const row = document.tracks.get(track);
  const shape = row && keyframeAt(row, frame)?.shape;
  return shape?.kind === "polygon" ? shape.points[1]?.[0] : undefined;
};

const base = applyAll(EMPTY_DOCUMENT, [add("t"), put("t", 0, 1), put("t", 1, 1), put("t", 2, 1)]);

describe("changes of both sides", () => {
  it("are a conflict only where both changed the same structure in the same frame", () => {
    const waiting = [put("t", 0, 5), put("t", 1, 5)];
    const theirs = applyAll(base, [put("t", 1, 7), put("t", 2, 7)]);
    const found = conflictsOf(base, theirs, applyAll(base, waiting), waiting);
    expect(found.map((one) => one.frame)).toEqual([1]);
  });

  it("are none where both drew the same", () => {
    const waiting = [put("t", 1, 5)];
    const both = applyAll(base, waiting);
    expect(conflictsOf(base, both, both, waiting)).toEqual([]);
  });

  it("find two tracks of one structure drawn in one frame by each side", () => {
    const waiting = [add("m"), put("m", 5, 5)];
    const mine = applyAll(base, waiting);
    const theirs = applyAll(base, [add("o"), put("o", 5, 7)]);
    const [conflict] = conflictsOf(base, theirs, mine, waiting);
    if (conflict === undefined) throw new Error("no conflict");
    const merged = applyAll(theirs, waiting);
    const taken = applyAll(merged, resolution(merged, conflict.theirs, conflict));
    expect([sizeAt(taken, 5, "o"), sizeAt(taken, 5, "m")]).toEqual([7, undefined]);
    const kept = applyAll(merged, resolution(merged, conflict.mine, conflict));
    expect([sizeAt(kept, 5, "o"), sizeAt(kept, 5, "m")]).toEqual([undefined, 5]);
  });
});

describe("the difference of two documents", () => {
  it("leads from one to the other", () => {
    const wanted = applyAll(base, [
      put("t", 1, 9),
      { op: "keyframe.delete", track: "t", frame: 2 },
      add("u"),
      { op: "structure.judge", structure: "nerve", frame: 4, to_frame: 6, visible: false },
      { op: "frame.judge", frame: 1, quality: "poor" },
      { op: "note.put", note: "n", frame: null, text: "words" },
    ]);
    expect(applyAll(base, difference(base, wanted))).toEqual(wanted);
    expect(applyAll(wanted, difference(wanted, base))).toEqual(base);
    expect(difference(wanted, wanted)).toEqual([]);
  });
});

async function page(server: FakeServer, part: Partial<SessionParts> = {}) {
  return AnnotationSession.open(
    {
      set: "s",
      owner: crypto.randomUUID(),
      storage: null,
      isPageOpen: async () => false,
      send: async (batch) => server.save(batch),
      reload: async () => server.load(),
      idleMs: 60_000,
      ...part,
    },
    server.load(),
  );
}

describe("two pages", () => {
  it("choose the other's version by a stroke that can be undone", async () => {
    const server = new FakeServer();
    const first = await page(server);
    first.perform("draw", [add("t"), put("t", 0, 1)]);
    await first.outbox.flush();
    const second = await page(server);
    first.perform("mine", [put("t", 0, 5), put("t", 3, 5)]);
    second.perform("theirs", [put("t", 0, 7), put("t", 4, 7)]);
    await second.outbox.flush();
    await first.outbox.flush();
    const { conflicts, document } = first.state.snapshot();
    expect(conflicts.map((one) => one.frame)).toEqual([0]);
    expect([0, 3, 4].map((frame) => sizeAt(document, frame))).toEqual([5, 5, 7]);
    first.choose("theirs", conflicts);
    expect(sizeAt(first.document, 0)).toBe(7);
    expect(first.state.snapshot().conflicts).toEqual([]);
    first.undo();
    await first.outbox.flush();
    expect(sizeAt(server.document, 0)).toBe(5);
  });

  it("merge by themselves, with a quiet word, what does not overlap", async () => {
    const server = new FakeServer();
    const [first, second] = [await page(server), await page(server)];
    first.perform("mine", [add("t"), put("t", 0, 5)]);
    second.perform("theirs", [add("u"), put("u", 4, 7)]);
    await second.outbox.flush();
    await first.outbox.flush();
    const { conflicts, notices } = first.state.snapshot();
    expect(conflicts).toEqual([]);
    expect(notices).toEqual(["Work from another window was merged in."]);
  });
});

describe("undo", () => {
  it("outlives the page, and what others saved meanwhile stays", async () => {
    const server = new FakeServer();
    const undo = await IndexedDbUndo.open("undo-outlives");
    const first = await page(server, { undo });
    first.perform("one", [add("t"), put("t", 0, 1)]);
    first.perform("two", [put("t", 0, 2)]);
    first.perform("three", [put("t", 0, 3)]);
    first.undo();
    await first.outbox.flush();
    first.close();
    const other = await page(server);
    other.perform("elsewhere", [put("t", 9, 9)]);
    await other.outbox.flush();

    const again = await page(server, { undo });
    expect(again.state.snapshot()).toMatchObject({ undoLabel: "two", redoLabel: "three" });
    again.redo();
    expect(sizeAt(again.document, 0)).toBe(3);
    again.undo();
    again.undo();
    await again.outbox.flush();
    expect(sizeAt(server.document, 0)).toBe(1);
    expect(sizeAt(server.document, 9)).toBe(9);
  });

  it("of a page that is still open is left to that page", async () => {
    const server = new FakeServer();
    const undo = await IndexedDbUndo.open("undo-open");
    const first = await page(server, { undo });
    first.perform("one", [add("t"), put("t", 0, 1)]);
    await first.outbox.flush();
    const second = await page(server, { undo, isPageOpen: async () => true });
    expect(second.state.snapshot().undoLabel).toBeNull();
  });

  it("brings an earlier document back as one stroke", async () => {
    const server = new FakeServer();
    const only = await page(server);
    only.perform("one", [add("t"), put("t", 0, 1)]);
    const earlier = only.document;
    only.perform("two", [put("t", 0, 2), put("t", 1, 2)]);
    expect(only.restore("Restore revision 1", earlier)).toBe(true);
    expect([sizeAt(only.document, 0), sizeAt(only.document, 1)]).toEqual([1, undefined]);
    only.undo();
    expect([sizeAt(only.document, 0), sizeAt(only.document, 1)]).toEqual([2, 2]);
  });
});
