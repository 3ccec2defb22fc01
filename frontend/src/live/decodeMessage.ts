import { withEdges } from "./overlay";
import { type Region, regionsOf } from "./regions";
import {
  Codec,
  confidenceOf,
  decodeFrame,
  Flag,
  Kind,
  labelsOf,
  segmentOf,
  WireError,
} from "./wire";

/** The mask of one message, made from that message's own picture. */
export interface DecodedMask {
  readonly width: number;
  readonly height: number;
  /** Class indices with edges marked, see `overlay.ts`. */
  readonly marked: Uint8Array<ArrayBuffer>;
  /** In the frame's pixels. */
  readonly regions: readonly Region[];
  /** In the order of the hub's classes; NaN = the model does not tell. */
  readonly confidences: readonly number[];
}

/** A message ready to be drawn: picture and mask can only go together. */
export interface DecodedFrame {
  readonly sequence: number;
  readonly epoch: number;
  /** The frame's own size, in which regions and the scale are given. */
  readonly width: number;
  readonly height: number;
  readonly micronsPerPixel: number;
  readonly isRecorded: boolean;
  readonly inferenceUs: number;
  readonly tBridgeUs: number;
  readonly tHubInUs: number;
  readonly tHubOutUs: number;
  /** This machine's clock, when the message had come and when it was decoded. */
  readonly arrivedUs: number;
  readonly decodedUs: number;
  readonly picture: ImageBitmap;
  readonly mask: DecodedMask | null;
  /** Why a mask that came is not shown. */
  readonly maskRefusal: string | null;
}

/** Throws WireError; the picture is closed by whoever takes it. */
export async function decodeMessage(
  message: ArrayBuffer,
  arrivedUs: number,
  nowUs: () => number,
): Promise<DecodedFrame> {
  const frame = decodeFrame(message);
  const image = segmentOf(frame, Kind.image);
  if (image === null || image.codec !== Codec.jpeg) {
    throw new WireError("wrong_image", "The message has no picture that can be shown.");
  }
  // side by side: the browser reads the JPEG on a thread of its own
  const reading = createImageBitmap(new Blob([image.data], { type: "image/jpeg" })).catch(() => {
    throw new WireError("wrong_image", "The picture's bytes are damaged.");
  });
  let maskRefusal: string | null = null;
  const mask = await maskOf(frame).catch((error: unknown) => {
    if (!(error instanceof WireError)) throw error;
    maskRefusal = error.message;
    return null;
  });
  const picture = await reading;
  if (picture.width !== image.width || picture.height !== image.height) {
    picture.close();
    throw new WireError("wrong_image", "The picture is not of the size it says.");
  }
  return {
    sequence: frame.sequence,
    epoch: frame.epoch,
    width: frame.width,
    height: frame.height,
    micronsPerPixel: frame.micronsPerPixel,
    isRecorded: (frame.flags & Flag.recording) !== 0,
    inferenceUs: frame.inferenceUs,
    tBridgeUs: frame.tBridgeUs,
    tHubInUs: frame.tHubInUs,
    tHubOutUs: frame.tHubOutUs,
    arrivedUs,
    decodedUs: nowUs(),
    picture,
    mask,
    maskRefusal,
  };
}

async function maskOf(frame: ReturnType<typeof decodeFrame>): Promise<DecodedMask | null> {
  const segment = segmentOf(frame, Kind.labels);
  // labels that were not made from this very picture are not shown on it
  if (segment === null || (frame.flags & Flag.inferred) === 0) return null;
  const map = await labelsOf(segment);
  const sure = segmentOf(frame, Kind.confidence);
  return {
    width: map.width,
    height: map.height,
    marked: withEdges(map),
    regions: regionsOf(map, frame.width / map.width, frame.height / map.height),
    confidences: sure === null ? [] : confidenceOf(sure),
  };
}
