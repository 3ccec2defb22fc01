import { useCallback, useEffect, useState } from "react";
import {
  type FrameSize,
  firstMarks,
  type Mark,
  moved,
  type ScaleMarks,
  withClick,
} from "./scaleMarks";

export interface ScaleSetting {
  /** Null while nobody sets the scale. */
  readonly marks: ScaleMarks | null;
  begin(): void;
  cancel(): void;
  click(at: Mark): void;
  move(end: number, dx: number, dy: number): void;
}

/** Marks that a person places on the picture; a picture of another size ends it. */
export function useScaleSetting(frame: FrameSize | null): ScaleSetting {
  const [marks, setMarks] = useState<ScaleMarks | null>(null);
  const cancel = useCallback(() => setMarks(null), []);
  const { width = 0, height = 0 } = frame ?? {};
  const isOfThisFrame =
    marks !== null && marks.frame.width === width && marks.frame.height === height;
  const isOn = marks !== null;
  useEffect(() => {
    if (isOn && !isOfThisFrame) setMarks(null);
  }, [isOn, isOfThisFrame]);
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && cancel();
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isOn, cancel]);
  return {
    marks: isOfThisFrame ? marks : null,
    begin: () => frame !== null && setMarks(firstMarks({ width, height })),
    cancel,
    click: (at) => setMarks((before) => before && withClick(before, at)),
    move: (end, dx, dy) => setMarks((before) => before && moved(before, end, dx, dy)),
  };
}
