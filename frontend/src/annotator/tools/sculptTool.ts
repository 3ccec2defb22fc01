import {
  type Contour,
  combineRings,
  contour,
  isContour,
  type Mask,
  nearestOnContour,
  type Point,
  pushed,
  type Ring,
  respaced,
} from "../../geometry";
import { maskOutline } from "../core/maskOutline";
import { editable } from "../core/maskToSpline";
import { StrokeTool } from "./strokeTool";
import type { Target, ToolPointer, ToolPreview, Workbench } from "./tool";

interface Stroke {
  readonly target: Target;
  readonly kind: Contour["kind"] | "mask";
  rings: readonly Ring[];
  last: Point;
  hasMoved: boolean;
}

/** Pushes the border of a shape along with the pointer; what is further away stays as it is. */
export class SculptTool extends StrokeTool {
  readonly cursor = "none";
  private stroke: Stroke | null = null;
  private shown: Contour | Mask | null = null;
  private at: Point | null = null;

  constructor(private readonly bench: Workbench) {
    super();
  }

  pointerDown({ at }: ToolPointer): void {
    this.commit();
    this.at = at;
    const target = this.targetAt(at);
    if (target === null || target.isLocked) return;
    this.bench.select(target.track);
    const shape = isContour(target.shape) ? editable(target.shape) : target.shape;
    const rings = isContour(shape)
      ? [{ points: shape.points, uncertain: shape.uncertain }]
      : maskOutline(shape).map((points) => ({ points, uncertain: points.map(() => false) }));
    this.stroke = { target, kind: shape.kind, rings, last: at, hasMoved: false };
  }

  pointerMove({ at }: ToolPointer): void {
    this.at = at;
    const { stroke, radius } = this;
    if (stroke === null) return;
    // a long leap of the pointer would tear the border: go in steps of a quarter of the radius
    const way = Math.hypot(at[0] - stroke.last[0], at[1] - stroke.last[1]);
    const steps = Math.min(Math.ceil(way / Math.max(radius / 4, 1)), 64);
    const [fromX, fromY] = stroke.last;
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      this.push(stroke, [fromX + part * (at[0] - fromX), fromY + part * (at[1] - fromY)]);
    }
    if (steps > 0) this.shown = null;
  }

  hover({ at }: ToolPointer): void {
    this.at = at;
  }

  leave(): void {
    if (this.stroke === null) this.at = null;
  }

  protected isStroking(): boolean {
    return this.stroke !== null;
  }

  wheel(steps: number): boolean {
    this.bench.options.resize("sculpt", steps);
    return true;
  }

  commit(): void {
    const { stroke } = this;
    const shape = stroke?.hasMoved ? this.current(stroke) : null;
    this.cancelStroke();
    if (stroke === null || shape === null) return;
    if (!isContour(shape) && shape.width === 0) this.bench.remove(stroke.target.track);
    else this.bench.reshape(stroke.target.track, shape, "Sculpt");
  }

  cancelStroke(): void {
    this.stroke = null;
    this.shown = null;
  }

  preview(): ToolPreview {
    const { stroke, at, radius } = this;
    return {
      ...(at === null ? {} : { brush: { at, radius, isErasing: false } }),
      ...(stroke?.hasMoved
        ? { replaced: { track: stroke.target.track, shape: this.current(stroke) } }
        : {}),
    };
  }

  private get radius(): number {
    return this.bench.options.now.sculpt / 2;
  }

  private push(stroke: Stroke, to: Point): void {
    const { radius } = this;
    const line = stroke.kind === "spline" ? "spline" : "polygon";
    const spacing = Math.max(radius / (line === "spline" ? 2.5 : 6), line === "spline" ? 4 : 1.5);
    stroke.rings = stroke.rings.map((ring) => {
      if (!isWithin(ring, stroke.last, 2 * radius)) return ring;
      const dense = respaced(ring, line, stroke.last, radius, spacing);
      const after = pushed(dense, stroke.last, to, radius);
      if (after.points.every((point, i) => point === dense.points[i])) return ring;
      stroke.hasMoved = true;
      return after;
    });
    stroke.last = to;
  }

  private current({ kind, rings }: Stroke): Contour | Mask {
    if (this.shown === null) {
      const [ring] = rings;
      const { width, height } = this.bench.size();
      this.shown =
        kind === "mask" || ring === undefined
          ? combineRings(rings, width, height)
          : contour(kind, ring.points, ring.uncertain);
    }
    return this.shown;
  }

  /** The chosen shape when the brush reaches its border or inside, else the nearest one it reaches. */
  private targetAt(at: Point): Target | null {
    const { radius } = this;
    const awayFrom = ({ shape }: Target) =>
      isContour(shape)
        ? (nearestOnContour(shape, at[0], at[1])?.distance ?? Infinity)
        : Math.min(
            ...maskOutline(shape).map(
              (points) =>
                nearestOnContour(contour("polygon", points), at[0], at[1])?.distance ?? Infinity,
            ),
          );
    const selected = this.bench.selected();
    if (selected !== null && awayFrom(selected) < radius) return selected;
    let nearest: Target | null = null;
    let least = radius;
    for (const target of this.bench.targets()) {
      const away = awayFrom(target);
      if (away < least) [nearest, least] = [target, away];
    }
    return nearest;
  }
}

function isWithin({ points }: Ring, [x, y]: Point, reach: number): boolean {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [px, py] of points) {
    left = Math.min(left, px);
    right = Math.max(right, px);
    top = Math.min(top, py);
    bottom = Math.max(bottom, py);
  }
  return x > left - reach && x < right + reach && y > top - reach && y < bottom + reach;
}
