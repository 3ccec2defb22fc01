import type { ClockFilter } from "./clock";
import type { DecodedFrame } from "./decodeMessage";
import { Quantiles } from "./quantiles";

export const STAGES = [
  ["bridge", "Bridge to hub"],
  ["inference", "Model"],
  ["hub", "In the hub, with the model"],
  ["down", "Hub to browser"],
  ["decode", "Decoding"],
  ["draw", "Waiting to be drawn"],
  ["total", "Bridge to screen"],
] as const;

export type StageName = (typeof STAGES)[number][0];

export interface StageFigures {
  readonly framesPerSecond: number;
  /** Of the last ten seconds: numbers of the source that never reached this screen. */
  readonly skipped: number;
  readonly drawn: number;
  readonly stages: Readonly<Record<StageName, { p50: number; p95: number } | null>>;
}

const WINDOW_MS = 10_000;
const RATE_MS = 2000;

/** What the frames drawn here took, stage by stage. */
export class StageTimes {
  private readonly kept = Object.fromEntries(
    STAGES.map(([name]) => [name, new Quantiles()]),
  ) as Record<StageName, Quantiles>;
  private last: { sequence: number; epoch: number } | null = null;
  private readonly draws: { atMs: number; skipped: number }[] = [];

  drawn(frame: DecodedFrame, drawnUs: number, clock: ClockFilter): void {
    const { kept } = this;
    const inHub = (frame.tHubOutUs - frame.tHubInUs) / 1000;
    if (frame.tBridgeUs > 0 && frame.tHubInUs > 0) {
      kept.bridge.add((frame.tHubInUs - frame.tBridgeUs) / 1000);
    }
    if (frame.tHubInUs > 0 && frame.tHubOutUs > 0) kept.hub.add(inHub);
    if (frame.inferenceUs > 0) kept.inference.add(frame.inferenceUs / 1000);
    const down = clock.ageMs(frame.tHubOutUs, frame.arrivedUs);
    if (down !== null) kept.down.add(down);
    kept.decode.add((frame.decodedUs - frame.arrivedUs) / 1000);
    kept.draw.add((drawnUs - frame.decodedUs) / 1000);
    const total = clock.ageMs(frame.tBridgeUs, drawnUs);
    if (total !== null) kept.total.add(total);
    const { last } = this;
    const gap = last?.epoch === frame.epoch ? frame.sequence - last.sequence - 1 : 0;
    this.last = { sequence: frame.sequence, epoch: frame.epoch };
    this.draws.push({ atMs: drawnUs / 1000, skipped: Math.max(gap, 0) });
    while (this.draws[0] && this.draws[0].atMs < drawnUs / 1000 - WINDOW_MS) this.draws.shift();
  }

  /** A break is no skipping. */
  interrupted(): void {
    this.last = null;
  }

  figures(nowUs: number): StageFigures {
    const recent = this.draws.filter(({ atMs }) => atMs > nowUs / 1000 - WINDOW_MS);
    const lately = recent.filter(({ atMs }) => atMs > nowUs / 1000 - RATE_MS);
    return {
      framesPerSecond: lately.length / (RATE_MS / 1000),
      skipped: recent.reduce((sum, { skipped }) => sum + skipped, 0),
      drawn: recent.length,
      stages: Object.fromEntries(
        STAGES.map(([name]) => [name, this.kept[name].both]),
      ) as StageFigures["stages"],
    };
  }
}
