import { beforeEach, describe, expect, it } from "vitest";
import { contour } from "../../geometry";
import { FakeServer, rowsOf } from "./fakeServer";
import type { Operation } from "./operations";
import type { Answer } from "./outbox";
import { type Batch, IndexedDbStorage } from "./outboxStorage";
import { AnnotationSession } from "./session";

let name = 0;
let server: FakeServer;
let storage: IndexedDbStorage;
const open = new Set<string>();

beforeEach(async () => {
  server = new FakeServer();
  storage = await IndexedDbStorage.open(`outbox-${name++}`);
  open.clear();
});

type Network = (batch: Batch) => Promise<Answer>;
const wellConnected: Network = async (batch) => server.save(batch);

async function openPage(owner: string, send: Network = wellConnected): Promise<AnnotationSession> {
  open.add(owner);
  const parts = {
    set: "set",
    owner,
    storage,
    isPageOpen: async (other: string) => open.has(other),
    send,
    reload: async () => server.load(),
    idleMs: 1e9, // only an explicit flush sends, so that the order of events is the test's
    retryMs: () => 1e9,
  };
  return AnnotationSession.open(parts, server.load());
}

function closePage(owner: string, session: AnnotationSession): void {
  open.delete(owner);
  session.close();
}

const shape = (size: number) =>
  contour("polygon", [
    [0, 0],
    [size, 0],
    [0, size],
  ]);
const add = (track: string): Operation => ({ op: "track.add", track, structure: "nerve" });
const put = (track: string, frame: number, size = 5): Operation => ({
  op: "keyframe.put",
  track,
  frame,
  shape: shape(size),
  source: "drawn",
});
const frames = (track: string) =>
  server.document.tracks.get(track)?.keyframes.map((one) => one.frame_index) ?? [];
const kind = (session: AnnotationSession) => session.outbox.state.snapshot().kind;
const settled = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 0));
};

describe("an open set", () => {
  it("says saved only when the server has confirmed", async () => {
    const page = await openPage("a");
    expect(kind(page)).toBe("saved");
    page.perform("Draw", [add("t"), put("t", 1)]);
    expect(kind(page)).toBe("keeping");
    await settled();
    expect(page.outbox.state.snapshot()).toEqual({ kind: "waiting", count: 1 });
    await page.outbox.flush();
    expect(kind(page)).toBe("saved");
    expect(frames("t")).toEqual([1]);
  });

  it("has every stroke again after the page was closed without a connection", async () => {
    const page = await openPage("a", async () => ({ kind: "unreachable" }));
    page.perform("Draw", [add("t"), put("t", 1)]);
    page.perform("Draw", [put("t", 2)]);
    await settled();
    await page.outbox.flush();
    expect(page.outbox.state.snapshot()).toEqual({ kind: "offline", count: 2 });
    closePage("a", page);
    const again = await openPage("b");
    expect(again.document.tracks.get("t")?.keyframes).toHaveLength(2);
    await settled();
    expect(frames("t")).toEqual([1, 2]);
    expect(kind(again)).toBe("saved");
  });

  it("repeats a batch whose answer was lost under the same key, and it is applied once", async () => {
    let isLost = true;
    const keys: string[] = [];
    const page = await openPage("a", async (batch) => {
      keys.push(batch.key);
      const answer = server.save(batch);
      return isLost ? { kind: "unreachable" } : answer;
    });
    page.perform("Draw", [add("t"), put("t", 1)]);
    await settled();
    await page.outbox.flush();
    page.perform("Draw", [put("t", 2)]);
    isLost = false;
    await page.outbox.resume();
    expect(keys[1]).toBe(keys[0]);
    expect(server.revision).toBe(2);
    expect(frames("t")).toEqual([1, 2]);
  });

  it("does not show a confirmed batch twice when the set was read after its lost answer", async () => {
    const page = await openPage("a", async (batch) => {
      server.save(batch);
      return { kind: "unreachable" };
    });
    page.perform("Draw", [add("t"), put("t", 1)]);
    await settled();
    await page.outbox.flush();
    closePage("a", page);
    const again = await openPage("b");
    await settled();
    expect(kind(again)).toBe("saved");
    expect(server.revision).toBe(1);
    expect(again.state.snapshot().revision).toBe(1);
  });

  it("puts its own strokes on top of newer ones and says which frame both changed", async () => {
    const first = await openPage("a");
    const second = await openPage("b");
    first.perform("Draw", [add("t"), put("t", 1, 3), put("t", 5, 3)]);
    second.perform("Draw", [add("t"), put("t", 1, 9)]);
    await first.outbox.flush();
    await second.outbox.flush();
    expect(frames("t")).toEqual([1, 5]);
    expect(server.document.tracks.get("t")?.keyframes[0]?.shape).toEqual(shape(9));
    expect(second.state.snapshot().conflicts.map((one) => one.frame)).toEqual([1]);
    expect(rowsOf(second.document)).toEqual(rowsOf(server.document));
  });

  it("keeps the work while the person must log in, and sends it afterwards", async () => {
    server.refusal = { kind: "login" };
    const page = await openPage("a");
    page.perform("Draw", [add("t"), put("t", 1)]);
    await settled();
    await page.outbox.flush();
    expect(page.outbox.state.snapshot()).toEqual({ kind: "login", count: 1 });
    server.refusal = null;
    await page.outbox.resume();
    expect(frames("t")).toEqual([1]);
  });

  it("keeps the work and says why when the set was closed meanwhile", async () => {
    server.refusal = { kind: "refused", reason: "This set is submitted." };
    const page = await openPage("a");
    page.perform("Draw", [add("t"), put("t", 1)]);
    await settled();
    await page.outbox.flush();
    expect(page.outbox.state.snapshot()).toMatchObject({
      kind: "refused",
      reason: "This set is submitted.",
    });
    closePage("a", page);
    const again = await openPage("b");
    expect(again.document.tracks.get("t")?.keyframes).toHaveLength(1);
  });

  it("leaves the strokes of another open page to that page", async () => {
    const page = await openPage("a", async () => ({ kind: "unreachable" }));
    page.perform("Draw", [add("t"), put("t", 1)]);
    await settled();
    const other = await openPage("b");
    expect(other.outbox.isEmpty).toBe(true);
  });

  it("takes back and does again whole strokes, also ones already saved", async () => {
    const page = await openPage("a");
    page.perform("Draw", [add("t"), put("t", 1)]);
    page.perform("Move", [put("t", 1, 8)]);
    await page.outbox.flush();
    page.undo();
    expect(page.document.tracks.get("t")?.keyframes[0]?.shape).toEqual(shape(5));
    page.undo();
    expect(page.document.tracks.size).toBe(0);
    page.redo();
    page.redo();
    await page.outbox.flush();
    expect(server.document.tracks.get("t")?.keyframes[0]?.shape).toEqual(shape(8));
  });

  it("says so when this browser cannot store anything", async () => {
    const session = await AnnotationSession.open(
      {
        set: "set",
        owner: "a",
        storage: null,
        isPageOpen: async () => false,
        send: async () => ({ kind: "unreachable" }),
        reload: async () => server.load(),
        idleMs: 1e9,
        retryMs: () => 1e9,
      },
      server.load(),
    );
    session.perform("Draw", [add("t"), put("t", 1)]);
    await settled();
    expect(kind(session)).toBe("unprotected");
    session.close();
  });
});

describe("two pages under a bad network", () => {
  it("lose no stroke and create none twice, however events interleave", async () => {
    for (let seed = 1; seed <= 15; seed++) await interleave(seed);
  }, 60_000);
});

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function interleave(seed: number): Promise<void> {
  const random = seeded(seed);
  server = new FakeServer();
  storage = await IndexedDbStorage.open(`interleaving-${seed}`);
  open.clear();
  let isCalm = false;
  const delayed: Batch[] = [];
  const network: Network = async (batch) => {
    if (isCalm) return server.save(batch);
    await Promise.resolve();
    const fate = random();
    if (fate < 0.2) return { kind: "unreachable" }; // never arrived
    if (fate < 0.3) {
      delayed.push(batch); // arrives later, perhaps after its repetition
      return { kind: "unreachable" };
    }
    const answer = server.save(batch);
    if (fate < 0.5) return { kind: "unreachable" }; // the answer was lost
    if (fate < 0.6) server.save(batch); // delivered twice
    return answer;
  };
  const pages: { owner: string; session: AnnotationSession }[] = [];
  let opened = 0;
  const openOne = async () => {
    const owner = `page-${seed}-${opened++}`;
    pages.push({ owner, session: await openPage(owner, network) });
  };
  await openOne();
  await openOne();
  const made: number[] = [];
  for (let event = 0; event < 60; event++) {
    const page = pages[Math.floor(random() * pages.length)];
    if (page === undefined) continue;
    const choice = random();
    if (choice < 0.5) {
      const frame = made.length;
      made.push(frame);
      page.session.perform("Draw", [add(`t${frame % 3}`), put(`t${frame % 3}`, frame)]);
    } else if (choice < 0.75) {
      await page.session.outbox.resume();
    } else if (choice < 0.85) {
      const late = delayed.shift();
      if (late !== undefined) server.save(late);
    } else {
      await settled(); // a browser has kept a stroke before a person can close the page
      pages.splice(pages.indexOf(page), 1);
      closePage(page.owner, page.session);
      await openOne();
    }
  }
  isCalm = true;
  for (let round = 0; round < 6; round++) {
    for (const { session } of pages) await session.outbox.resume();
  }
  const saved = [...server.document.tracks.values()]
    .flatMap((track) => track.keyframes.map((one) => one.frame_index))
    .sort((a, b) => a - b);
  expect(saved, `seed ${seed}`).toEqual(made);
  const puts = server.revisions
    .flatMap((revision) => revision.ops)
    .filter((one) => one.op === "keyframe.put");
  expect(puts, `seed ${seed}`).toHaveLength(made.length);
  for (const { session } of pages) {
    expect(kind(session)).toBe("saved");
    session.close();
  }
}
