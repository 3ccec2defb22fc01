import { type Contour, type Ellipse, ellipseContour, ellipseOf, type Point } from "../../geometry";
import { POINT_REACH } from "../view/painter";
import { StrokeTool } from "./strokeTool";
import type { Target, ToolPointer, ToolPreview, Workbench } from "./tool";

/** A half axis shorter than this, in image pixels, is a slip of the hand. */
const LEAST_AXIS = 1;

type Drag =
  | { readonly kind: "new"; readonly from: Point; readonly colour: string }
  | {
      readonly kind: "handle";
      readonly target: Target;
      readonly base: Ellipse;
      /** 0 to 3 clockwise from the end of the first axis; 4 is the centre. */
      readonly handle: number;
      readonly from: Point;
    };

/**
 * Drag from corner to corner, with Shift a circle, with Alt from the centre. Then the ends of the
 * axes and the centre can be dragged, for as long as the shape is an ellipse.
 */
export class EllipseTool extends StrokeTool {
  readonly cursor = "crosshair";
  private drag: Drag | null = null;
  private ellipse: Ellipse | null = null;
  private hasMoved = false;
  private active: number | null = null;

  constructor(private readonly bench: Workbench) {
    super();
  }

  pointerDown(pointer: ToolPointer): void {
    this.commit();
    const own = this.own();
    const handle = own === null ? null : handleAt(own.ellipse, pointer);
    if (own !== null && handle !== null) {
      const { target, ellipse: base } = own;
      this.drag = { kind: "handle", target, base, handle, from: pointer.at };
      this.active = handle;
      return;
    }
    const colour = this.bench.drawingColour();
    if (colour !== null) this.drag = { kind: "new", from: pointer.at, colour };
  }

  pointerMove(pointer: ToolPointer): void {
    const { drag } = this;
    if (drag === null) return;
    this.hasMoved = true;
    this.ellipse = drag.kind === "new" ? spanned(drag.from, pointer) : pulled(drag, pointer);
  }

  hover(pointer: ToolPointer): void {
    const own = this.own();
    this.active = own === null ? null : handleAt(own.ellipse, pointer);
  }

  leave(): void {
    this.active = null;
  }

  protected isStroking(): boolean {
    return this.drag !== null;
  }

  commit(): void {
    const { drag } = this;
    const shape = this.hasMoved ? this.current() : null;
    this.cancelStroke();
    if (drag === null || shape === null) return;
    if (drag.kind === "new") this.bench.draw(shape, { keepsTool: true });
    else this.bench.reshape(drag.target.track, shape, "Change ellipse");
  }

  cancelStroke(): void {
    this.drag = null;
    this.ellipse = null;
    this.hasMoved = false;
  }

  preview(): ToolPreview {
    const { drag, active } = this;
    const shape = this.current();
    const ellipse = this.ellipse ?? this.own()?.ellipse ?? null;
    const knobs = ellipse === null ? {} : { knobs: { points: handlesOf(ellipse), active } };
    if (drag === null || shape === null) return drag === null ? knobs : {};
    if (drag.kind === "new") return { fresh: { shape, colour: drag.colour } };
    return { ...knobs, replaced: { track: drag.target.track, shape } };
  }

  private current(): Contour | null {
    const { ellipse } = this;
    if (ellipse === null || Math.min(ellipse.first, ellipse.second) < LEAST_AXIS) return null;
    return ellipseContour(ellipse);
  }

  /** The chosen shape, when it is an ellipse. */
  private own(): { target: Target; ellipse: Ellipse } | null {
    const target = this.bench.selected();
    if (target === null || target.isLocked) return null;
    const ellipse = ellipseOf(target.shape);
    return ellipse === null ? null : { target, ellipse };
  }
}

function spanned(from: Point, { at, isShift, isAlt }: ToolPointer): Ellipse {
  let [dx, dy] = [at[0] - from[0], at[1] - from[1]];
  if (isShift) {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    [dx, dy] = [side * (Math.sign(dx) || 1), side * (Math.sign(dy) || 1)];
  }
  const share = isAlt ? 1 : 0.5;
  const centre: Point = isAlt ? from : [from[0] + dx / 2, from[1] + dy / 2];
  return { centre, first: Math.abs(dx) * share, second: Math.abs(dy) * share, angle: 0 };
}

/** The end of an axis follows the pointer: its length, and the turn of both axes. */
function pulled(drag: Drag & { kind: "handle" }, { at, isShift }: ToolPointer): Ellipse {
  const { base, handle, from } = drag;
  const { centre } = base;
  if (handle === 4) {
    return { ...base, centre: [centre[0] + at[0] - from[0], centre[1] + at[1] - from[1]] };
  }
  const length = Math.max(Math.hypot(at[0] - centre[0], at[1] - centre[1]), LEAST_AXIS);
  const towards = Math.atan2(at[1] - centre[1], at[0] - centre[0]) - (handle * Math.PI) / 2;
  const angle = isShift ? base.angle : towards;
  return handle % 2 === 0 ? { ...base, first: length, angle } : { ...base, second: length, angle };
}

function handlesOf({ centre, first, second, angle }: Ellipse): Point[] {
  const ends = [first, second, first, second].map((length, i): Point => {
    const towards = angle + (i * Math.PI) / 2;
    return [centre[0] + length * Math.cos(towards), centre[1] + length * Math.sin(towards)];
  });
  return [...ends, centre];
}

function handleAt(ellipse: Ellipse, { at, pixel, isTouch }: ToolPointer): number | null {
  let nearest: number | null = null;
  let least = POINT_REACH * pixel * (isTouch ? 2 : 1.2);
  handlesOf(ellipse).forEach(([x, y], i) => {
    const away = Math.hypot(x - at[0], y - at[1]);
    if (away <= least) [nearest, least] = [i, away];
  });
  return nearest;
}
