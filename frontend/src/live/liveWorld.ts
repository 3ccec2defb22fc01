import { post } from "../api/client";
import type { LiveTicket } from "../api/types";
import { wallUs } from "./clock";
import type { World as ConnectionWorld, Socket } from "./connection";
import { type DecodeThread, startDecodeThread } from "./decodeThread";
import type { LiveClass } from "./hubMessages";
import type { DecodeAnswer } from "./newestDecoder";
import type { Appearance } from "./overlay";
import { Screen, type ScreenParts } from "./screen";

/** What draws messages. */
export type Drawing = Pick<
  Screen,
  "draw" | "removeStructures" | "showStructures" | "change" | "close" | "scale"
>;

/** What a live view needs of the world; a test gives its own. */
export interface LiveWorld extends ConnectionWorld {
  decoding(answer: (answer: DecodeAnswer) => void): DecodeThread;
  drawing(parts: ScreenParts, classes: readonly LiveClass[], look: Appearance): Drawing;
}

/** The site, its hub, and this browser. */
export const browserWorld = (sessionId: string): LiveWorld => ({
  ticket: () => post<LiveTicket>(`/api/live-sessions/${sessionId}/ticket/`),
  open: (address) => new WebSocket(address) as unknown as Socket,
  nowUs: wallUs,
  random: Math.random,
  decoding: startDecodeThread,
  drawing: (parts, classes, look) => new Screen(parts, classes, look),
});
