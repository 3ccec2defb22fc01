import type { ConnectionState } from "./connection";
import type { DecodedFrame, DecodedMask } from "./decodeMessage";
import type { Display } from "./display";
import type { LiveClass } from "./hubMessages";
import type { StageFigures } from "./stageTimes";
import type { Told } from "./told";

/** What the page says beside the picture. */
export interface LiveSnapshot extends Omit<Told, "stateHeardUs"> {
  readonly connection: ConnectionState;
  readonly display: Display;
  readonly ageMs: number | null;
  readonly clockErrorMs: number | null;
  readonly roundTripMs: number | null;
  /** Wall clock of the last picture, milliseconds. */
  readonly lastPictureAt: number | null;
  /** Confidence by index of the classes in the picture, null = not told. Null without a mask. */
  readonly seen: ReadonlyMap<number, number | null> | null;
  readonly micronsPerPixel: number;
  readonly frameSize: { readonly width: number; readonly height: number } | null;
  readonly figures: StageFigures;
}

/** What of a snapshot depends on the picture that stands. */
export function ofPicture(
  drawn: DecodedFrame | null,
  display: Display,
  classes: readonly LiveClass[],
  nowUs: number,
): Pick<LiveSnapshot, "lastPictureAt" | "seen" | "micronsPerPixel" | "frameSize"> {
  if (drawn === null) {
    return { lastPictureAt: null, seen: null, micronsPerPixel: 0, frameSize: null };
  }
  return {
    lastPictureAt: nowUs / 1000 - sinceNewMs(drawn, nowUs),
    seen: drawn.mask && display !== "no-signal" ? seenClasses(drawn.mask, classes) : null,
    micronsPerPixel: drawn.micronsPerPixel,
    frameSize: { width: drawn.width, height: drawn.height },
  };
}

/**
 * Since the picture came to the hub, at least. Who joins is shown the last one there is, which may be
 * old; both stamps are the hub's own, so no clock need be known.
 */
export function sinceNewMs(frame: DecodedFrame, nowUs: number): number {
  const heldUs = frame.tHubInUs > 0 ? Math.max(frame.tHubOutUs - frame.tHubInUs, 0) : 0;
  return (nowUs - frame.arrivedUs + heldUs) / 1000;
}

function seenClasses(mask: DecodedMask, classes: readonly LiveClass[]) {
  const confidences = new Map(classes.map(({ index }, place) => [index, mask.confidences[place]]));
  return new Map(
    mask.regions.map(({ index }) => {
      const sure = confidences.get(index);
      return [index, sure === undefined || Number.isNaN(sure) ? null : sure] as const;
    }),
  );
}
