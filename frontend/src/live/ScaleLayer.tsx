import type { KeyboardEvent, PointerEvent } from "react";
import classes from "./live.module.css";
import type { ScaleMarks } from "./scaleMarks";
import type { ScaleSetting } from "./useScaleSetting";

const STEPS: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Over the picture, while the scale is set: a click places an end, arrow keys move one. */
export function ScaleLayer({ marks, setting }: { marks: ScaleMarks; setting: ScaleSetting }) {
  const { frame, ends } = marks;
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    setting.click({
      x: ((event.clientX - left) / width) * frame.width,
      y: ((event.clientY - top) / height) * frame.height,
    });
  };
  const onKeyDown = (end: number) => (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const pixels = event.shiftKey ? 10 : 1;
    setting.move(end, step[0] * pixels, step[1] * pixels);
  };
  const place = ({ x, y }: { x: number; y: number }) => ({
    left: `${(100 * x) / frame.width}%`,
    top: `${(100 * y) / frame.height}%`,
  });
  const [one, two] = ends;
  return (
    <div className={classes.scaleLayer} data-testid="scale-layer" onPointerDown={onPointerDown}>
      <svg viewBox={`0 0 ${frame.width} ${frame.height}`} preserveAspectRatio="none" aria-hidden>
        <title>Between the marks</title>
        <line
          x1={one.x}
          y1={one.y}
          x2={two.x}
          y2={two.y}
          vectorEffect="non-scaling-stroke"
          strokeDasharray="5 4"
        />
      </svg>
      {ends.map((mark, end) => (
        <button
          // biome-ignore lint/suspicious/noArrayIndexKey: there are two, in their order
          key={end}
          type="button"
          className={classes.scaleMark}
          style={place(mark)}
          aria-label={`Mark ${end + 1}, ${Math.round(mark.x)} right, ${Math.round(mark.y)} down`}
          onKeyDown={onKeyDown(end)}
        />
      ))}
    </div>
  );
}
