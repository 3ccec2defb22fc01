import { describe, expect, it, vi } from "vitest";
import { begun, HELLO, LOOK, MASK, MEDIAN, nowUs, ULNAR, withoutTime } from "./liveViewBench";
import type { ScreenParts } from "./screen";

withoutTime();

describe("what is drawn", () => {
  it("waits, says what it waits for, and is live with the first picture", async () => {
    const { view, root, shows, turn, says } = await begun();
    says({ ...HELLO, state: "CONNECTING", reason: "Waiting for the probe." });
    expect(view.getSnapshot()).toMatchObject({
      display: "waiting",
      source: { kind: "clarius", state: "CONNECTING", reason: "Waiting for the probe." },
      ageMs: null,
      lastPictureAt: null,
      frameSize: null,
    });
    expect(root.dataset).toMatchObject({ state: "waiting", sequence: "", ageMs: "" });
    await turn();
    shows({ sequence: 41, epoch: 7 });
    await turn();
    expect(view.getSnapshot()).toMatchObject({
      display: "live",
      frameSize: { width: 320, height: 240 },
      micronsPerPixel: 100,
    });
    expect(root.dataset).toMatchObject({ state: "live", sequence: "41", epoch: "7" });
  });

  it("is the newest of what came in a turn, acknowledged after it was drawn and not before", async () => {
    const { drawing, shows, turn, says, acknowledged } = await begun();
    says(HELLO);
    const first = shows({ sequence: 1 });
    const second = shows({ sequence: 2 });
    expect(first.isClosed).toBe(true);
    expect(acknowledged()).toEqual([]);
    expect(drawing.acts).toEqual([]);
    await turn();
    expect(drawing.acts).toEqual(["draw 2", "show"]);
    expect(second.isClosed).toBe(true);
    expect(acknowledged()).toMatchObject([{ sequence: 2, epoch: 1 }]);
  });

  it("is never older than what stands, but of another epoch whatever its number", async () => {
    const { drawing, shows, turn, says, acknowledged } = await begun();
    says(HELLO);
    shows({ sequence: 9 });
    await turn();
    const late = shows({ sequence: 8 });
    const again = shows({ sequence: 9 });
    await turn();
    expect([late.isClosed, again.isClosed]).toEqual([true, true]);
    shows({ sequence: 0, epoch: 2 });
    await turn();
    // numbers are of 32 bits and wrap
    shows({ sequence: 0xffffffff, epoch: 3 });
    await turn();
    shows({ sequence: 0, epoch: 3 });
    await turn();
    expect(drawing.acts.filter((act) => act.startsWith("draw"))).toEqual([
      "draw 9",
      "draw 0",
      "draw 4294967295",
      "draw 0",
    ]);
    expect(acknowledged()).toHaveLength(4);
  });

  it("is what came before there was a screen, as soon as there is one", async () => {
    const { view, root, drawing, shows, turn, says, acknowledged } = await begun({
      isAttached: false,
    });
    says(HELLO);
    shows({ sequence: 1 });
    shows({ sequence: 2 });
    await turn();
    expect(acknowledged()).toEqual([]);
    view.attach(root, {} as ScreenParts);
    await turn();
    expect(drawing.acts[0]).toBe("draw 2");
    expect(acknowledged()).toMatchObject([{ sequence: 2 }]);
  });

  it("is acknowledged by a page that is seen only", async () => {
    const { shows, turn, says, acknowledged } = await begun();
    says(HELLO);
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    document.dispatchEvent(new Event("visibilitychange"));
    shows({ sequence: 1 });
    await turn();
    expect(acknowledged()).toEqual([]);
    hidden.mockReturnValue(false);
    document.dispatchEvent(new Event("visibilitychange"));
    shows({ sequence: 2 });
    await turn();
    expect(acknowledged()).toMatchObject([{ sequence: 2 }]);
  });

  it("follows the look and the structures that the hub names", async () => {
    const { view, drawing, says } = await begun();
    says(HELLO);
    expect(drawing.changes.at(-1)).toEqual([[MEDIAN, ULNAR], expect.anything()]);
    view.setLook(LOOK);
    expect(drawing.changes.at(-1)).toEqual([[MEDIAN, ULNAR], LOOK]);
    says({ type: "model", model: null, classes: [ULNAR] });
    expect(drawing.changes.at(-1)).toEqual([[ULNAR], LOOK]);
    const count = drawing.changes.length;
    says({ type: "stats", source_fps: 30, viewers: 2 });
    expect(drawing.changes).toHaveLength(count);
  });
});

describe("structures", () => {
  it("leave within a second of the last picture, and come back with the next", async () => {
    const { view, root, drawing, says, streams } = await begun();
    says(HELLO);
    await streams(500);
    expect(view.getSnapshot().seen).toEqual(new Map([[2, 0.93]]));
    const lastAt = performance.now();
    while (view.getSnapshot().display === "live") await vi.advanceTimersByTimeAsync(10);
    expect(performance.now() - lastAt).toBeLessThan(1000);
    expect(drawing.acts.at(-1)).toBe("remove");
    expect(root.dataset.state).toBe("no-signal");
    expect(view.getSnapshot()).toMatchObject({ seen: null, display: "no-signal" });
    await streams(50, 90);
    expect(drawing.acts.slice(-2)).toEqual(["draw 90", "show"]);
    expect(root.dataset.state).toBe("live");
    expect(view.getSnapshot().seen).toEqual(new Map([[2, 0.93]]));
  });

  it.each(["STALLED", "LOST", "CONNECTING"])(
    "leave at once when the source is %s",
    async (state) => {
      const { view, drawing, says, streams, turn } = await begun();
      says(HELLO);
      await streams(200);
      says({ type: "state", state, reason: "No new picture arrives." });
      expect(drawing.acts.at(-1)).toBe("remove");
      expect(view.getSnapshot()).toMatchObject({
        display: "no-signal",
        source: { state, reason: "No new picture arrives." },
      });
      await turn();
      // a picture that came after the bad news is better news
      await streams(50, 50);
      expect(view.getSnapshot().display).toBe("live");
    },
  );

  it("stay on a frozen picture for as long as the hub is heard", async () => {
    const { view, drawing, says, streams } = await begun();
    says(HELLO);
    await streams(200);
    says({ type: "state", state: "FROZEN", reason: "" });
    for (let second = 0; second < 6; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      says({ type: "stats", source_fps: 0, viewers: 1 });
    }
    expect(view.getSnapshot()).toMatchObject({ display: "frozen", seen: new Map([[2, 0.93]]) });
    expect(drawing.acts).not.toContain("remove");
    await vi.advanceTimersByTimeAsync(3200);
    expect(view.getSnapshot().display).toBe("no-signal");
    expect(drawing.acts.at(-1)).toBe("remove");
  });

  it("come to a frozen picture that was drawn before its mask was made, and count as no frame", async () => {
    const { view, drawing, shows, turn, says, acknowledged } = await begun();
    says(HELLO);
    shows({ sequence: 7 });
    await turn();
    says({ type: "state", state: "FROZEN", reason: "" });
    await vi.advanceTimersByTimeAsync(1000);
    const { drawn } = view.getSnapshot().figures;
    shows({ sequence: 7, mask: MASK });
    await turn();
    await vi.advanceTimersByTimeAsync(400);
    expect(drawing.acts.filter((act) => act === "draw 7")).toHaveLength(2);
    expect(view.getSnapshot()).toMatchObject({ display: "frozen", seen: new Map([[2, 0.93]]) });
    expect(view.getSnapshot().figures.drawn).toBe(drawn);
    expect(acknowledged()).toHaveLength(2);
    // the same once more is nothing new
    shows({ sequence: 7, mask: MASK });
    await turn();
    expect(drawing.acts.filter((act) => act === "draw 7")).toHaveLength(2);
  });

  it("are not drawn on the last picture there was, shown to who joins late", async () => {
    const { view, root, drawing, shows, turn, says } = await begun();
    says({ ...HELLO, state: "STALLED", reason: "The probe is silent." });
    says({ ...HELLO, state: "LIVE" });
    // the hub has had it for seven seconds
    shows({ sequence: 3, tHubInUs: 1_000_000, tHubOutUs: 8_000_000, mask: MASK });
    await turn();
    expect(drawing.acts).toEqual(["draw 3", "remove"]);
    expect(root.dataset.state).toBe("no-signal");
    const { lastPictureAt } = view.getSnapshot();
    expect(performance.now() - (lastPictureAt as number)).toBeGreaterThan(6990);
  });

  it("leave a picture that is drawn after the signal went", async () => {
    const { drawing, shows, turn, says, streams } = await begun();
    says(HELLO);
    await streams(100);
    const arrivedUs = nowUs();
    await vi.advanceTimersByTimeAsync(1200);
    shows({ sequence: 60, arrivedUs, mask: MASK });
    await turn();
    expect(drawing.acts.slice(-2)).toEqual(["draw 60", "remove"]);
  });
});

describe("a connection", () => {
  it("that is lost takes the structures away, and its sentence is shown until it is back", async () => {
    const { view, root, drawing, socket, sockets, says, streams } = await begun();
    says(HELLO);
    await streams(200);
    socket().onclose?.({ code: 1006, reason: "" });
    expect(drawing.acts.at(-1)).toBe("remove");
    expect(root.dataset).toMatchObject({ state: "no-signal", connection: "waiting" });
    await vi.advanceTimersByTimeAsync(300);
    expect(sockets).toHaveLength(2);
    socket().onopen?.();
    says(HELLO);
    await streams(50, 70);
    expect(root.dataset).toMatchObject({ state: "live", connection: "open" });
    expect(view.getSnapshot().connection.kind).toBe("open");
  });

  it("that was taken back stays ended", async () => {
    const { view, root, socket, sockets, says, streams } = await begun();
    says(HELLO);
    await streams(100);
    socket().onclose?.({ code: 4403, reason: "This has been taken back." });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sockets).toHaveLength(1);
    expect(root.dataset).toMatchObject({ state: "no-signal", connection: "ended" });
    expect(view.getSnapshot().connection).toEqual({
      kind: "ended",
      sentence: "This has been taken back.",
    });
  });

  it("is begun anew when two messages in a row cannot be read", async () => {
    const { view, sockets, says, refuses, streams } = await begun();
    says(HELLO);
    refuses("The picture's bytes are damaged.");
    await streams(50);
    refuses("The picture's bytes are damaged.");
    await vi.advanceTimersByTimeAsync(400);
    expect(sockets).toHaveLength(1);
    expect(view.getSnapshot().refusal).toBe("The picture's bytes are damaged.");
    refuses("The picture's bytes are damaged.");
    expect(view.getSnapshot().connection).toEqual({
      kind: "waiting",
      sentence: "The picture's bytes are damaged.",
    });
    await vi.advanceTimersByTimeAsync(400);
    expect(sockets).toHaveLength(2);
  });
});

describe("the page is told", () => {
  it("the age by the hub's clock, which goes on while nothing comes", async () => {
    const { view, root, shows, turn, says, socket } = await begun();
    const ping = socket().sent[0] as { t0_us: number };
    await vi.advanceTimersByTimeAsync(20);
    // the hub is 1000 s ahead, a round trip takes 20 ms
    const aheadUs = 1_000_000_000;
    const there = ping.t0_us + 10_000 + aheadUs;
    says({ type: "pong", t0_us: ping.t0_us, t1_us: there, t2_us: there });
    says(HELLO);
    shows({ tBridgeUs: nowUs() + aheadUs - 40_000 });
    await turn();
    const drawnAge = Number(root.dataset.ageMs);
    expect(drawnAge).toBeGreaterThanOrEqual(40);
    expect(drawnAge).toBeLessThan(70);
    expect(view.getSnapshot()).toMatchObject({ clockErrorMs: 10, roundTripMs: 20 });
    await vi.advanceTimersByTimeAsync(3000);
    expect(Number(root.dataset.ageMs)).toBeGreaterThan(drawnAge + 2800);
    expect(view.getSnapshot().ageMs).toBeGreaterThan(drawnAge + 2600);
  });

  it("how many pictures it missed, a break not counted", async () => {
    const { view, says, shows, turn, streams } = await begun();
    says(HELLO);
    await streams(200);
    shows({ sequence: 10 });
    await turn();
    await vi.advanceTimersByTimeAsync(1500);
    shows({ sequence: 200 });
    await vi.advanceTimersByTimeAsync(400);
    expect(view.getSnapshot().figures).toMatchObject({ skipped: 5, drawn: 6 });
    expect(view.getSnapshot().figures.stages.inference).toEqual({ p50: 9, p95: 9 });
  });

  it("recordings, figures and commands as they change, soon but not with every picture", async () => {
    const { view, says, streams } = await begun();
    says(HELLO);
    let told = 0;
    const leave = view.subscribe(() => {
      told += 1;
    });
    await streams(3000);
    expect(told).toBeGreaterThan(5);
    expect(told).toBeLessThan(15);
    says({ type: "recording", recording: { id: "r", seconds: 2, frames: 60, lost: 0 } });
    expect(view.getSnapshot().recording).toEqual({ seconds: 2, frames: 60, lost: 0 });
    says({ type: "recording", recording: null, reason: "The disk is full." });
    says({ type: "stats", source_fps: 29.6, viewers: 4 });
    says({ type: "error", code: "x", detail: "Not now.", id: "" });
    expect(view.getSnapshot()).toMatchObject({
      recording: null,
      recordingReason: "The disk is full.",
      sourceFps: 29.6,
      viewers: 4,
      mayCommand: true,
      commands: ["freeze"],
      refusal: "Not now.",
    });
    const before = told;
    leave();
    says({ type: "stats", source_fps: 1, viewers: 1 });
    expect(told).toBe(before);
  });

  it("nothing more once it has left", async () => {
    const { view, drawing, socket, shows, turn, says, detach, isOver } = await begun();
    says(HELLO);
    const waiting = shows({ sequence: 4 });
    view.close();
    detach();
    await turn();
    expect(waiting.isClosed).toBe(true);
    expect(drawing.acts).toEqual(["close"]);
    expect(socket().isClosed).toBe(true);
    expect(isOver()).toBe(true);
    expect(view.scale).toBe(0);
  });
});
