/** Interpolates and rasterises a clip as `benchmarks/geometry.py` does; prints milliseconds. */

import { readFileSync } from "node:fs";
import { labelMap, parseShape, shapeAt } from "../frontend/src/geometry/index";

interface Job {
  width: number;
  height: number;
  frames: number;
  cases: Record<string, { frame_index: number; shape: unknown }[][]>;
}

const { width, height, frames, cases } = JSON.parse(readFileSync(0, "utf8")) as Job;
const results: Record<string, number> = {};
for (const [name, tracks] of Object.entries(cases)) {
  let best = Infinity;
  for (let round = 0; round < 3; round++) {
    // read anew: nothing prepared for an earlier round is left
    const read = tracks.map((track) =>
      track.map(({ frame_index, shape }) => ({ frame_index, shape: parseShape(shape) })),
    );
    const before = process.cpuUsage();
    for (let frame = 0; frame < frames; frame++) {
      labelMap(
        read.map((track, i) => [i + 1, shapeAt(track, frame)] as const),
        width,
        height,
      );
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  results[name] = best;
}
process.stdout.write(JSON.stringify(results));
