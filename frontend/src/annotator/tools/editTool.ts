import {
  type Contour,
  contains,
  contour,
  isContour,
  type Mask,
  nearestOnContour,
  type Point,
  translated,
} from "../../geometry";
import { editable } from "../core/maskToSpline";
import { POINT_REACH } from "../view/painter";
import type { Target, Tool, ToolPointer, ToolPreview, Workbench } from "./tool";

/** Under this many CSS pixels a press is a click and moves nothing. */
const SLACK = 3;

interface Drag {
  readonly target: Target;
  readonly from: Point;
  /** The point held, or null when the whole shape is. */
  readonly point: number | null;
  readonly base: Contour | Mask;
  shape: Contour | Mask;
  hasMoved: boolean;
}

/**
 * Chooses and changes shapes: drag a point or the whole shape, Alt-click or double click on the
 * curve to add a point, right click or Delete to take one away, Shift-click a segment to mark it
 * uncertain.
 */
export class EditTool implements Tool {
  private drag: Drag | null = null;
  private active: number | null = null;
  private isOver = false;

  constructor(private readonly bench: Workbench) {}

  get cursor(): string {
    if (this.drag?.hasMoved) return "grabbing";
    return this.isOver ? "pointer" : "default";
  }

  activate(): void {
    this.cancelStroke();
  }

  deactivate(): void {
    this.commit();
    this.active = null;
    this.isOver = false;
  }

  pointerDown(pointer: ToolPointer): void {
    const selected = this.editable();
    if (selected !== null && isContour(selected.shape)) {
      if (pointer.isShift && this.toggleUncertain(selected, selected.shape, pointer)) return;
      if (pointer.isAlt && this.insert(selected, selected.shape, pointer)) return;
      const point = pointAt(selected.shape, pointer);
      if (point !== null) {
        this.active = point;
        this.hold(selected, pointer.at, point);
        return;
      }
    }
    if (this.combinesAt(pointer)) return;
    const hit = this.targetAt(pointer);
    this.active = null;
    this.bench.select(hit?.track ?? null);
    if (hit !== null && !hit.isLocked) this.hold(hit, pointer.at, null);
  }

  pointerMove(pointer: ToolPointer): void {
    const { drag } = this;
    if (drag === null) return;
    const dx = pointer.at[0] - drag.from[0];
    const dy = pointer.at[1] - drag.from[1];
    const slack = SLACK * pointer.pixel * (pointer.isTouch ? 2 : 1);
    if (!drag.hasMoved && Math.hypot(dx, dy) < slack) return;
    drag.hasMoved = true;
    drag.shape = drag.point === null ? moved(drag.base, dx, dy) : pulled(drag, dx, dy);
  }

  pointerUp(): void {
    this.commit();
  }

  hover(pointer: ToolPointer): void {
    const selected = this.editable();
    const isOnPoint =
      selected !== null && isContour(selected.shape) && pointAt(selected.shape, pointer) !== null;
    this.isOver = isOnPoint || this.targetAt(pointer) !== null;
  }

  leave(): void {
    this.isOver = false;
  }

  doubleClick(pointer: ToolPointer): void {
    const selected = this.editable();
    if (selected !== null && isContour(selected.shape)) {
      this.insert(selected, selected.shape, pointer);
    }
  }

  secondary(pointer: ToolPointer): void {
    const selected = this.editable();
    if (selected === null || !isContour(selected.shape)) return;
    const point = pointAt(selected.shape, pointer);
    if (point !== null) this.removePoint(selected, selected.shape, point);
  }

  key(key: string): boolean {
    const selected = this.editable();
    if (key === "Escape" && this.drag !== null) {
      this.cancelStroke();
      return true;
    }
    if (key === "Escape" && this.bench.selected() !== null) {
      this.bench.select(null);
      return true;
    }
    if ((key !== "Delete" && key !== "Backspace") || selected === null) return false;
    if (this.active !== null && isContour(selected.shape)) {
      this.removePoint(selected, selected.shape, this.active);
    } else {
      this.bench.remove(selected.track);
    }
    return true;
  }

  commit(): void {
    const { drag } = this;
    this.drag = null;
    if (drag === null || !drag.hasMoved) return;
    this.bench.reshape(
      drag.target.track,
      drag.shape,
      drag.point === null ? "Move shape" : "Move point",
    );
  }

  cancelStroke(): void {
    this.drag = null;
  }

  preview(): ToolPreview {
    const { drag } = this;
    const shape = drag?.shape ?? this.editable()?.shape;
    const handles =
      shape !== undefined && isContour(shape) ? { contour: shape, active: this.active } : null;
    return {
      ...(drag === null ? {} : { replaced: { track: drag.target.track, shape: drag.shape } }),
      ...(handles === null ? {} : { handles }),
    };
  }

  /** The selected shape as one that can be edited: an interpolated one has few enough points. */
  private editable(): Target | null {
    const target = this.bench.selected();
    if (target === null || target.isLocked) return null;
    if (!isContour(target.shape)) return target;
    return { ...target, shape: editable(target.shape) };
  }

  private hold(target: Target, from: Point, point: number | null): void {
    const { shape } = target;
    this.drag = { target, from, point, base: shape, shape, hasMoved: false };
  }

  private targetAt(pointer: ToolPointer): Target | null {
    const [x, y] = pointer.at;
    const reach = POINT_REACH * 0.6 * pointer.pixel * (pointer.isTouch ? 2 : 1);
    const isHit = ({ shape }: Target) =>
      contains(shape, x, y) ||
      (isContour(shape) && (nearestOnContour(shape, x, y)?.distance ?? Infinity) < reach);
    const targets = this.bench.targets();
    const selected = this.bench.selected();
    if (selected !== null && isHit(selected)) return this.editable() ?? selected;
    return targets.find(isHit) ?? null;
  }

  /** With a mode of adding or subtracting on, a click on another shape joins it or takes it off. */
  private combinesAt({ at: [x, y] }: ToolPointer): boolean {
    const { mode } = this.bench.options.now;
    const selected = this.bench.selected();
    if (mode === "replace" || selected === null || selected.isLocked) return false;
    const other = this.bench
      .targets()
      .find(({ track, shape }) => track !== selected.track && contains(shape, x, y));
    if (other === undefined) return false;
    this.active = null;
    this.bench.combine(selected.track, other.track, mode);
    return true;
  }

  private insert(target: Target, shape: Contour, pointer: ToolPointer): boolean {
    const place = nearestOnContour(shape, pointer.at[0], pointer.at[1]);
    if (place === null || place.distance > POINT_REACH * pointer.pixel) return false;
    if (pointAt(shape, pointer) !== null) return false;
    const at = place.span + 1;
    const points = [...shape.points];
    const uncertain = [...shape.uncertain];
    points.splice(at, 0, [place.x, place.y]);
    uncertain.splice(at, 0, shape.uncertain[place.span] ?? false);
    this.active = at;
    this.bench.reshape(target.track, contour(shape.kind, points, uncertain), "Add point");
    return true;
  }

  private removePoint(target: Target, shape: Contour, point: number): void {
    this.active = null;
    if (shape.points.length <= 3) {
      this.bench.remove(target.track);
      return;
    }
    const isOther = (_: unknown, i: number) => i !== point;
    this.bench.reshape(
      target.track,
      contour(shape.kind, shape.points.filter(isOther), shape.uncertain.filter(isOther)),
      "Remove point",
    );
  }

  private toggleUncertain(target: Target, shape: Contour, pointer: ToolPointer): boolean {
    const place = nearestOnContour(shape, pointer.at[0], pointer.at[1]);
    if (place === null || place.distance > POINT_REACH * pointer.pixel) return false;
    const uncertain = shape.uncertain.map((flag, i) => (i === place.span ? !flag : flag));
    this.bench.reshape(
      target.track,
      contour(shape.kind, shape.points, uncertain),
      uncertain[place.span] ? "Mark uncertain" : "Mark certain",
    );
    return true;
  }
}

function pointAt(shape: Contour, { at, pixel, isTouch }: ToolPointer): number | null {
  let nearest: number | null = null;
  let least = POINT_REACH * pixel * (isTouch ? 2 : 1);
  shape.points.forEach(([x, y], i) => {
    const distance = Math.hypot(x - at[0], y - at[1]);
    if (distance <= least) [nearest, least] = [i, distance];
  });
  return nearest;
}

function moved(shape: Contour | Mask, dx: number, dy: number): Contour | Mask {
  if (!isContour(shape)) return translated(shape, Math.round(dx), Math.round(dy));
  const points = shape.points.map(([x, y]): Point => [x + dx, y + dy]);
  return contour(shape.kind, points, shape.uncertain);
}

function pulled(drag: Drag, dx: number, dy: number): Contour | Mask {
  const { base, point } = drag;
  if (!isContour(base)) return base;
  const points = base.points.map(([x, y], i): Point => (i === point ? [x + dx, y + dy] : [x, y]));
  return contour(base.kind, points, base.uncertain);
}
