/** Stand-ins for tests of the live page. */

import type { Socket } from "./connection";
import type { DecodedFrame } from "./decodeMessage";

export class FakeSocket implements Socket {
  binaryType: BinaryType = "blob";
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: Record<string, unknown>[] = [];
  isClosed = false;

  constructor(readonly address: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.isClosed = true;
  }

  says(message: Record<string, unknown>): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

/** A decoded message as a worker hands it over, whose picture says whether it was closed. */
export function decodedFrame(fields: Partial<DecodedFrame> = {}) {
  const picture = {
    width: 320,
    height: 240,
    isClosed: false,
    close(): void {
      picture.isClosed = true;
    },
  };
  const frame: DecodedFrame = {
    sequence: 1,
    epoch: 1,
    width: 320,
    height: 240,
    micronsPerPixel: 100,
    isRecorded: false,
    inferenceUs: 9000,
    tBridgeUs: 0,
    tHubInUs: 0,
    tHubOutUs: 0,
    arrivedUs: 0,
    decodedUs: 0,
    picture: picture as unknown as ImageBitmap,
    mask: null,
    maskRefusal: null,
    ...fields,
  };
  return { frame, picture };
}
