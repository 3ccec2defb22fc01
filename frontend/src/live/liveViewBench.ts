import { afterEach, beforeEach, vi } from "vitest";
import type { DecodedFrame, DecodedMask } from "./decodeMessage";
import { decodedFrame, FakeSocket } from "./fakes";
import { LiveView } from "./liveView";
import type { LiveWorld } from "./liveWorld";
import type { DecodeAnswer } from "./newestDecoder";
import type { Appearance } from "./overlay";
import type { ScreenParts } from "./screen";

export const MEDIAN = { index: 2, code: "median", name: "Median nerve", colour: "#d55e00" };
export const ULNAR = { index: 3, code: "ulnar", name: "Ulnar nerve", colour: "#56b4e9" };
export const HELLO = {
  type: "hello",
  source: "clarius",
  state: "LIVE",
  reason: "",
  classes: [MEDIAN, ULNAR],
  may_command: true,
  commands: ["freeze"],
  model: null,
  recording: null,
};
export const LOOK: Appearance = { opacity: 0.3, isFilled: false, hidden: new Set([2]) };
export const MASK = {
  width: 32,
  height: 24,
  marked: new Uint8Array(32 * 24),
  regions: [{ index: 2, area: 90, x: 20, y: 30, width: 12, height: 9 }],
  confidences: [0.93, Number.NaN],
} as unknown as DecodedMask;

export const nowUs = () => performance.now() * 1000;

/** A screen that keeps what it was told, in order. */
class FakeDrawing {
  readonly acts: string[] = [];
  readonly changes: unknown[] = [];
  scale = 2;
  draw = ({ sequence, picture }: DecodedFrame) => {
    this.acts.push(`draw ${sequence}`);
    picture.close();
  };
  removeStructures = () => void this.acts.push("remove");
  showStructures = () => void this.acts.push("show");
  change = (classes: unknown, look: unknown) => void this.changes.push([classes, look]);
  close = () => void this.acts.push("close");
}

let views: LiveView[] = [];

/** A live view before a hub, a decoder and a screen that a test holds in its hand. */
export async function begun({ isAttached = true } = {}) {
  const sockets: FakeSocket[] = [];
  const drawing = new FakeDrawing();
  const root = document.createElement("div");
  const messages: ArrayBuffer[] = [];
  let answer: (answer: DecodeAnswer) => void = () => undefined;
  let isThreadClosed = false;
  const world: LiveWorld = {
    ticket: async () => ({ hub: "ws://hub", ticket: "t" }),
    open: (address) => {
      sockets.push(new FakeSocket(address));
      return sockets.at(-1) as FakeSocket;
    },
    nowUs,
    random: () => 1,
    decoding: (tell) => {
      answer = tell;
      return {
        take: (message) => messages.push(message),
        close: () => {
          isThreadClosed = true;
        },
      };
    },
    drawing: () => drawing,
  };
  const view = new LiveView(world);
  views.push(view);
  const detach = isAttached ? view.attach(root, {} as ScreenParts) : () => undefined;
  await vi.advanceTimersByTimeAsync(0);
  const socket = () => sockets.at(-1) as FakeSocket;
  socket().onopen?.();
  const acknowledged = () =>
    sockets.flatMap(({ sent }) => sent.filter(({ type }) => type === "ack"));
  /** A picture comes over the wire and is decoded now. */
  const shows = (fields: Partial<DecodedFrame> = {}) => {
    socket().onmessage?.({ data: new ArrayBuffer(8) });
    const made = decodedFrame({ arrivedUs: nowUs(), decodedUs: nowUs(), ...fields });
    answer({ frame: made.frame, refusal: made.frame.maskRefusal });
    return made.picture;
  };
  /** One turn of the browser. */
  const turn = () => vi.advanceTimersByTimeAsync(17);
  const says = (message: Record<string, unknown>) => socket().says(message);
  const refuses = (refusal: string) => answer({ frame: null, refusal });
  /** Pictures with masks at 20 frames a second for a while. */
  const streams = async (milliseconds: number, from = 1) => {
    for (let at = 0; at * 50 < milliseconds; at++) {
      shows({ sequence: from + at, mask: MASK });
      await vi.advanceTimersByTimeAsync(50);
    }
  };
  const isOver = () => isThreadClosed;
  return {
    view, root, drawing, sockets, socket, messages, detach, acknowledged,
    shows, turn, says, refuses, streams, isOver,
  }; // biome-ignore format: as one list
}

/** Time stands still but for what a test lets pass; views are closed after it. */
export function withoutTime() {
  beforeEach(() => {
    vi.useFakeTimers({
      toFake: [
        "setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance",
        "requestAnimationFrame", "cancelAnimationFrame",
      ],
    }); // biome-ignore format: as one list
    vi.advanceTimersByTime(5000);
  });
  afterEach(() => {
    for (const view of views) view.close();
    views = [];
    vi.useRealTimers();
  });
}
