import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import { type Hearers, LiveConnection } from "./connection";
import { FakeSocket } from "./fakes";
import type { HubMessage } from "./hubMessages";

const HELLO = { type: "hello", state: "LIVE", source: "phantom", classes: [], may_command: true };

function begin(ticket = vi.fn(async () => ({ hub: "ws://hub", ticket: "a.b" }))) {
  const sockets: FakeSocket[] = [];
  const frames: ArrayBuffer[] = [];
  const heard: HubMessage[] = [];
  const hearers: Hearers = {
    frame: (message) => frames.push(message),
    control: (message) => heard.push(message),
    changed: () => undefined,
  };
  const connection = new LiveConnection(
    {
      ticket,
      open: (address) => {
        const socket = new FakeSocket(address);
        sockets.push(socket);
        return socket;
      },
      nowUs: () => performance.now() * 1000,
      random: () => 1,
    },
    hearers,
  );
  const last = () => sockets.at(-1) as FakeSocket;
  return { connection, sockets, frames, heard, ticket, last };
}

async function opened() {
  const all = begin();
  all.connection.start();
  await vi.advanceTimersByTimeAsync(0);
  all.last().onopen?.();
  return all;
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"],
  });
});
afterEach(() => vi.useRealTimers());

describe("a viewer's connection", () => {
  it("asks for a ticket, opens the hub with it, pings in a burst and every two seconds", async () => {
    const { connection, last } = await opened();
    expect(last().address).toBe("ws://hub/live/view?ticket=a.b");
    expect(last().binaryType).toBe("arraybuffer");
    expect(connection.state.kind).toBe("open");
    expect(last().sent).toMatchObject([{ type: "ping" }]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(last().sent).toHaveLength(4);
    await vi.advanceTimersByTimeAsync(1000);
    expect(last().sent).toHaveLength(5);
  });

  it("hands on frames and control messages, and keeps pongs for its clock", async () => {
    const { connection, frames, heard, last } = await opened();
    last().says(HELLO);
    last().onmessage?.({ data: new ArrayBuffer(8) });
    await vi.advanceTimersByTimeAsync(10);
    last().says({ type: "pong", t0_us: 0, t1_us: 5_005_000, t2_us: 5_005_000 });
    expect(frames).toHaveLength(1);
    expect(heard.map(({ type }) => type)).toEqual(["hello"]);
    expect(connection.clock.errorMs).toBe(5);
    last().onmessage?.({ data: "{not json" });
    last().says({ type: "later" });
    expect(heard).toHaveLength(1);
  });

  it("acknowledges what was drawn, but not while the page is hidden", async () => {
    const { connection, last } = await opened();
    connection.acknowledge(7, 2, 123.6);
    connection.setVisible(false);
    connection.acknowledge(8, 2, 200);
    connection.setVisible(true);
    connection.acknowledge(9, 2, 300);
    expect(last().sent.slice(1)).toEqual([
      { type: "ack", sequence: 7, epoch: 2, drawn_us: 124 },
      { type: "ack", sequence: 9, epoch: 2, drawn_us: 300 },
    ]);
  });

  it("comes back with growing waits and a new ticket each time, never slower than 1.5 s", async () => {
    const { connection, sockets, ticket, last } = await opened();
    const waits: number[] = [];
    for (let round = 0; round < 5; round++) {
      last().onclose?.({ code: 1006, reason: "" });
      expect(connection.state.kind).toBe("waiting");
      const from = performance.now();
      const before = sockets.length;
      while (sockets.length === before) await vi.advanceTimersByTimeAsync(50);
      waits.push(performance.now() - from);
    }
    expect(waits).toEqual([250, 500, 1000, 1500, 1500]);
    expect(ticket).toHaveBeenCalledTimes(6);
    last().onopen?.();
    last().says(HELLO);
    last().onclose?.({ code: 1006, reason: "" });
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(7);
  });

  it("gives up a hub that opens nothing, and one that falls silent", async () => {
    const { connection, sockets, last } = await opened();
    await vi.advanceTimersByTimeAsync(6100);
    expect(connection.state).toMatchObject({
      kind: "waiting",
      sentence: expect.stringMatching(/silent/),
    });
    const silent = last();
    expect(silent.isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(5100);
    expect(last().isClosed || sockets.length > 2).toBe(true);
    silent.onmessage?.({ data: new ArrayBuffer(8) });
    expect(connection.state.kind).not.toBe("open");
  });

  it("stays away when it was revoked, and when the session is over", async () => {
    const revoked = await opened();
    revoked.last().onclose?.({ code: 4403, reason: "Your access was taken back." });
    expect(revoked.connection.state).toEqual({
      kind: "ended",
      sentence: "Your access was taken back.",
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(revoked.sockets).toHaveLength(1);
    const over = begin(
      vi.fn(async () => {
        throw new ApiError(409, "This session has ended.", "ended");
      }),
    );
    over.connection.start();
    await vi.advanceTimersByTimeAsync(0);
    expect(over.connection.state).toEqual({ kind: "ended", sentence: "This session has ended." });
  });

  it("shows new tickets over the open connection, and ends where none is given any more", async () => {
    const { connection, sockets, ticket, last } = await opened();
    const beat = async (ms: number) => {
      for (let gone = 0; gone < ms; gone += 1000) {
        last().says(HELLO); // the hub is never silent for long
        await vi.advanceTimersByTimeAsync(1000);
      }
    };
    ticket.mockResolvedValueOnce({ hub: "ws://hub", ticket: "c.d" });
    await beat(76_000);
    expect(last().sent.filter(({ type }) => type === "ticket")).toEqual([
      { type: "ticket", ticket: "c.d" },
    ]);
    ticket.mockRejectedValueOnce(new TypeError("the site is away"));
    await beat(76_000);
    expect(connection.state.kind).toBe("open");
    ticket.mockRejectedValueOnce(new ApiError(404, "Not found.", "not_found"));
    await beat(76_000);
    expect(connection.state.kind).toBe("ended");
    expect(sockets).toHaveLength(1);
  });

  it("shows a new ticket at once when the hub asks for one, unless no ticket is taken", async () => {
    const { connection, sockets, ticket, last } = await opened();
    last().says(HELLO);
    last().onclose?.({ code: 4401, reason: "The hub asks for a new ticket." });
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
    expect(ticket).toHaveBeenCalledTimes(2);
    last().onopen?.();
    expect(connection.state.kind).toBe("open");
    last().onclose?.({ code: 4401, reason: "" });
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(3);
  });

  it.each([
    [403, "Your account is closed.", "Your account is closed."],
    [404, "Not found.", "You may no longer watch this session, or it is gone."],
  ])(
    "ends with a clear word when a new ticket is refused with %i",
    async (status, detail, word) => {
      const { connection, sockets, ticket, last } = await opened();
      last().says(HELLO);
      ticket.mockRejectedValueOnce(new ApiError(status, detail, "refused"));
      last().onclose?.({ code: 4401, reason: "" });
      await vi.advanceTimersByTimeAsync(20_000);
      expect(connection.state).toEqual({ kind: "ended", sentence: word });
      expect(sockets).toHaveLength(1);
    },
  );

  it("tries again when the server is away", async () => {
    let tries = 0;
    const { connection, sockets } = begin(
      vi.fn(async () => {
        tries += 1;
        if (tries < 3) throw new ApiError(0, "The server cannot be reached.", "offline");
        return { hub: "ws://hub", ticket: "t" };
      }),
    );
    connection.start();
    await vi.advanceTimersByTimeAsync(2000);
    expect(sockets).toHaveLength(1);
  });

  it("begins anew where what comes is of no use", async () => {
    const { connection, sockets, last } = await opened();
    connection.restart("Pictures cannot be read.");
    expect(last().isClosed).toBe(true);
    expect(connection.state).toEqual({ kind: "waiting", sentence: "Pictures cannot be read." });
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(2);
  });

  it("tells what became of a command", async () => {
    const { connection, last } = await opened();
    const done = connection.command("freeze", true);
    const refused = connection.command("depth", 900);
    const ignored = connection.command("gain", 1);
    const [, first, second] = last().sent;
    expect(first).toMatchObject({ type: "command", name: "freeze", value: true });
    last().says({ type: "done", id: first?.id, error: null });
    last().says({ type: "done", id: second?.id, error: "No such depth." });
    expect(await done).toBeNull();
    expect(await refused).toBe("No such depth.");
    last().onclose?.({ code: 1006, reason: "" });
    expect(await ignored).toMatch(/lost/);
    expect(await connection.command("freeze")).toMatch(/no connection/);
  });

  it("stops for good when the page leaves", async () => {
    const { connection, sockets, last } = await opened();
    connection.stop();
    expect(last().isClosed).toBe(true);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sockets).toHaveLength(1);
    expect(connection.state.kind).toBe("idle");
  });
});
