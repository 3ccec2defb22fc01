import { useCallback, useMemo, useState } from "react";
import type { Point } from "../../geometry";
import type { Tool } from "../tools/tool";
import { MeasureTool } from "../view/measureTool";
import { millimetresBetween } from "../view/ruler";
import type { Scene } from "../view/scene";

export type Measuring = "off" | "measure" | "calibrate";

export interface MeasuringState {
  readonly mode: Measuring;
  readonly setMode: (mode: Measuring) => void;
  /** Stands in for the page's own tool while it is used. */
  readonly tool: Tool | null;
  /** A scene with what is being measured over it. */
  readonly over: (scene: Scene) => Scene;
  /** The two places that were named for the calibration. */
  readonly places: readonly [Point, Point] | null;
}

/** Two clicks on the picture: a distance, or the places whose distance a person knows. */
export function useMeasuring(micronsPerPixel: number | null): MeasuringState {
  const [mode, changeMode] = useState<Measuring>("off");
  const [places, setPlaces] = useState<readonly [Point, Point] | null>(null);
  const setMode = useCallback((next: Measuring) => {
    setPlaces(null);
    changeMode(next);
  }, []);
  const tool = useMemo(() => {
    if (mode === "off") return null;
    const labelOf = (from: Point, to: Point) =>
      micronsPerPixel === null || mode === "calibrate"
        ? `${Math.hypot(to[0] - from[0], to[1] - from[1]).toFixed(1)} pixels`
        : `${millimetresBetween(from, to, micronsPerPixel).toFixed(2)} mm`;
    return mode === "measure"
      ? new MeasureTool(labelOf)
      : new MeasureTool(labelOf, (from, to) => setPlaces([from, to]));
  }, [mode, micronsPerPixel]);
  const over = useCallback(
    (scene: Scene): Scene => (tool === null ? scene : { ...scene, measured: tool.line() }),
    [tool],
  );
  return useMemo(
    () => ({ mode, setMode, tool, over, places }),
    [mode, setMode, tool, over, places],
  );
}
