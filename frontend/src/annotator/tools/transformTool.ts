import {
  type Affine,
  type Box,
  boundingBox,
  type Contour,
  contains,
  isContour,
  type Mask,
  movedBy,
  type Point,
  placed,
  scaledBy,
  transformed,
  turnedBy,
} from "../../geometry";
import { editable } from "../core/maskToSpline";
import { POINT_REACH, TURN_STEM } from "../view/painter";
import { StrokeTool } from "./strokeTool";
import type { Target, ToolPointer, ToolPreview, Workbench } from "./tool";

/** Where a handle sits on the box, each 0, 0.5 or 1 of its width and height. */
const HANDLES: readonly Point[] = [
  [0, 0],
  [0.5, 0],
  [1, 0],
  [1, 0.5],
  [1, 1],
  [0.5, 1],
  [0, 1],
  [0, 0.5],
];
const TURN = 8;
const MOVE = 9;
/** A shape is never scaled below this share of its size at once. */
const LEAST_SCALE = 0.05;

interface Drag {
  readonly target: Target;
  readonly base: Contour | Mask;
  readonly box: Box;
  readonly handle: number;
  readonly from: Point;
}

/**
 * Moves, turns and scales the chosen shape by a box with handles. A corner keeps the proportions
 * unless Shift is held, Alt scales about the middle, Shift turns in steps of 15 degrees.
 */
export class TransformTool extends StrokeTool {
  private drag: Drag | null = null;
  private affine: Affine | null = null;
  private shape: Contour | Mask | null = null;
  private over: number | null = null;

  constructor(private readonly bench: Workbench) {
    super();
  }

  get cursor(): string {
    const handle = this.drag?.handle ?? this.over;
    if (handle === null) return "default";
    if (handle === MOVE) return "move";
    if (handle === TURN) return "grab";
    return ["nwse-resize", "ns-resize", "nesw-resize", "ew-resize"][handle % 4] as string;
  }

  pointerDown(pointer: ToolPointer): void {
    this.commit();
    let target = this.own();
    let handle = target === null ? null : handleAt(target.shape, pointer);
    if (handle === null) {
      const [x, y] = pointer.at;
      const hit = this.bench.targets().find(({ shape }) => contains(shape, x, y)) ?? null;
      this.bench.select(hit?.track ?? null);
      target = this.own();
      handle = MOVE;
    }
    const box = target === null ? null : boundingBox(target.shape);
    if (target === null || box === null) return;
    this.drag = { target, base: target.shape, box, handle, from: pointer.at };
  }

  pointerMove(pointer: ToolPointer): void {
    const { drag } = this;
    if (drag === null) return;
    this.affine = affineOf(drag, pointer);
    this.shape = null;
  }

  hover(pointer: ToolPointer): void {
    const target = this.own();
    this.over = target === null ? null : handleAt(target.shape, pointer);
  }

  leave(): void {
    this.over = null;
  }

  protected isStroking(): boolean {
    return this.drag !== null;
  }

  commit(): void {
    const { drag } = this;
    const shape = this.current();
    this.cancelStroke();
    if (drag === null || shape === null) return;
    const label =
      drag.handle === MOVE ? "Move shape" : drag.handle === TURN ? "Turn shape" : "Scale shape";
    if (!isContour(shape) && shape.width === 0) return;
    this.bench.reshape(drag.target.track, shape, label);
  }

  cancelStroke(): void {
    this.drag = null;
    this.affine = null;
    this.shape = null;
  }

  preview(): ToolPreview {
    const { drag, affine } = this;
    const shape = this.current();
    const box = drag?.box ?? boundsOf(this.own());
    if (box === null) return {};
    const corners = [HANDLES[0], HANDLES[2], HANDLES[4], HANDLES[6]].map((share) => {
      const corner = onBox(box, share as Point);
      return affine === null ? corner : placed(affine, corner);
    });
    return {
      frame: { corners },
      ...(drag === null || shape === null ? {} : { replaced: { track: drag.target.track, shape } }),
    };
  }

  private current(): Contour | Mask | null {
    const { drag, affine } = this;
    if (drag === null || affine === null) return null;
    this.shape ??= transformed(drag.base, affine);
    return this.shape;
  }

  private own(): Target | null {
    const target = this.bench.selected();
    if (target === null || target.isLocked) return null;
    return isContour(target.shape) ? { ...target, shape: editable(target.shape) } : target;
  }
}

function boundsOf(target: Target | null): Box | null {
  return target === null ? null : boundingBox(target.shape);
}

function onBox({ left, top, right, bottom }: Box, [x, y]: Point): Point {
  return [left + x * (right - left), top + y * (bottom - top)];
}

function handleAt(shape: Contour | Mask, { at, pixel, isTouch }: ToolPointer): number | null {
  const box = boundingBox(shape);
  if (box === null) return null;
  const reach = POINT_REACH * pixel * (isTouch ? 2 : 1.2);
  const isNear = ([x, y]: Point) => Math.hypot(x - at[0], y - at[1]) <= reach;
  const middle = onBox(box, [0.5, 0]);
  if (isNear([middle[0], middle[1] - TURN_STEM * pixel])) return TURN;
  const handle = HANDLES.findIndex((share) => isNear(onBox(box, share)));
  if (handle >= 0) return handle;
  const [x, y] = at;
  const isInside = x > box.left && x < box.right && y > box.top && y < box.bottom;
  return isInside ? MOVE : null;
}

function affineOf({ box, handle, from }: Drag, { at, isShift, isAlt }: ToolPointer): Affine {
  const middle = onBox(box, [0.5, 0.5]);
  if (handle === MOVE) return movedBy(at[0] - from[0], at[1] - from[1]);
  if (handle === TURN) {
    const angle =
      Math.atan2(at[1] - middle[1], at[0] - middle[0]) -
      Math.atan2(from[1] - middle[1], from[0] - middle[0]);
    const step = Math.PI / 12;
    return turnedBy(isShift ? Math.round(angle / step) * step : angle, middle);
  }
  const share = HANDLES[handle] as Point;
  const anchor = isAlt ? middle : onBox(box, [1 - share[0], 1 - share[1]]);
  const held = onBox(box, share);
  // the handle itself follows the pointer's way, wherever in its reach it was grasped
  const scale = (axis: 0 | 1) => {
    const before = held[axis] - anchor[axis];
    if (share[axis] === 0.5 || before === 0) return 1;
    return Math.max((before + at[axis] - from[axis]) / before, LEAST_SCALE);
  };
  let [scaleX, scaleY] = [scale(0), scale(1)];
  if (share[0] !== 0.5 && share[1] !== 0.5 && !isShift) {
    scaleX = Math.max(scaleX, scaleY);
    scaleY = scaleX;
  }
  return scaledBy(scaleX, scaleY, anchor);
}
