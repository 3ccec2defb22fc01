import { edgeCosts, LiveWire, type Point, WIRE_REACH } from "../../geometry";
import { splineThrough } from "../core/maskToSpline";
import { POINT_REACH } from "../view/painter";
import type { Tool, ToolPointer, ToolPreview, Workbench } from "./tool";

/** How far, in pixels, the curve may lie from the path along the edge. */
const TOLERANCE = 0.75;
/** A press that goes further than this many CSS pixels leads the wire and ends where it is let go. */
const DRAG_REACH = 8;

/**
 * Intelligent scissors: the line from the last point to the pointer clings to the edges of the
 * stored picture. A click pins it, the first point, Enter or a double click closes it, with Alt
 * the line is straight, Backspace takes the last pin back, Escape forgets it all.
 */
export class ScissorsTool implements Tool {
  readonly cursor = "crosshair";
  private pins: Point[] = [];
  /** The way to each pin but the first. */
  private ways: (readonly Point[])[] = [];
  private live: readonly Point[] = [];
  private wire: LiveWire | null = null;
  private costs: { gray: Uint8Array; costs: Uint8Array } | null = null;
  private pressed: Point | null = null;
  private placed = false;
  private isClosing = false;
  private colour = "#ffffff";

  constructor(private readonly bench: Workbench) {}

  activate(): void {
    this.cancelStroke();
  }

  deactivate(): void {
    this.commit();
  }

  pointerDown(pointer: ToolPointer): void {
    const { at, pixel } = pointer;
    this.pressed = at;
    this.placed = false;
    if (this.pins.length === 0) {
      const colour = this.bench.drawingColour();
      const gray = colour === null ? null : this.bench.grey();
      if (colour === null || gray === null) return;
      this.colour = colour;
      const { width, height } = this.bench.size();
      if (this.costs?.gray !== gray) this.costs = { gray, costs: edgeCosts(gray, width, height) };
      this.pin(at);
      return;
    }
    if (this.isOnFirst(pointer)) {
      this.commit();
      return;
    }
    const last = this.pins.at(-1) as Point;
    if (Math.hypot(at[0] - last[0], at[1] - last[1]) < 2 * pixel) return;
    this.lead(pointer);
    this.pin(at);
  }

  pointerMove(pointer: ToolPointer): void {
    this.hover(pointer);
  }

  pointerUp(pointer: ToolPointer): void {
    const { pressed } = this;
    this.pressed = null;
    if (pressed === null || this.pins.length === 0) return;
    const { at, pixel } = pointer;
    if (Math.hypot(at[0] - pressed[0], at[1] - pressed[1]) < DRAG_REACH * pixel) return;
    if (this.isOnFirst(pointer)) {
      this.commit();
      return;
    }
    this.lead(pointer);
    this.pin(at);
  }

  hover(pointer: ToolPointer): void {
    if (this.pins.length === 0) {
      this.bench.grey(true);
      return;
    }
    this.isClosing = this.isOnFirst(pointer);
    this.lead(pointer);
  }

  leave(): void {
    this.live = [];
    this.isClosing = false;
  }

  doubleClick(): void {
    this.commit();
  }

  secondary(): void {
    this.takeBack();
  }

  key(key: string): boolean {
    if (this.pins.length === 0) return false;
    if (key === "Enter") this.commit();
    else if (key === "Escape") this.cancelStroke();
    else if (key === "Backspace" || key === "Delete") this.takeBack();
    else return false;
    return true;
  }

  interrupt(): void {
    // the press was the first of two fingers: what it pinned goes, the rest stays
    if (this.placed) this.takeBack();
    this.pressed = null;
    this.live = [];
  }

  commit(): void {
    const { pins, ways } = this;
    const [first] = pins;
    if (pins.length < 2 || first === undefined || this.wire === null) {
      this.cancelStroke();
      return;
    }
    const border = withoutRepeats([...ways.flat(), ...this.wayTo(first)]);
    this.cancelStroke();
    if (border.length >= 3) this.bench.draw(splineThrough(border, TOLERANCE));
  }

  cancelStroke(): void {
    this.pins = [];
    this.ways = [];
    this.live = [];
    this.wire = null;
    this.isClosing = false;
  }

  preview(): ToolPreview {
    if (this.pins.length === 0) return {};
    const { pins, ways, live, colour, isClosing } = this;
    return { wire: { pins, ways, live, colour, isClosing } };
  }

  private lead({ at, isAlt }: ToolPointer): void {
    const last = this.pins.at(-1) as Point;
    this.live = isAlt ? [last, at] : this.wayTo(at);
  }

  /** Along the edges as far as the wire reaches, then straight on. */
  private wayTo(at: Point): Point[] {
    const { wire } = this;
    if (wire === null) return [];
    const path = wire.path(at);
    const [seedX, seedY] = wire.seed;
    const isFar = Math.max(Math.abs(at[0] - seedX), Math.abs(at[1] - seedY)) > WIRE_REACH;
    return isFar ? [...path, at] : path;
  }

  private pin(at: Point): void {
    const { width, height } = this.bench.size();
    if (this.costs === null) return;
    if (this.pins.length > 0) this.ways.push(this.live);
    const end = this.live.at(-1);
    // the next line begins exactly where this one ended
    const place = this.pins.length === 0 || end === undefined ? at : end;
    this.pins.push(place);
    this.wire = new LiveWire(this.costs.costs, width, height, place);
    this.live = [];
    this.placed = true;
  }

  private takeBack(): void {
    this.pins.pop();
    this.ways.pop();
    this.live = [];
    const last = this.pins.at(-1);
    const { width, height } = this.bench.size();
    this.wire =
      last === undefined || this.costs === null
        ? null
        : new LiveWire(this.costs.costs, width, height, last);
  }

  private isOnFirst({ at, pixel, isTouch }: ToolPointer): boolean {
    const [first] = this.pins;
    if (first === undefined || this.pins.length < 2) return false;
    const reach = (isTouch ? 2 : 1.2) * POINT_REACH * pixel;
    return Math.hypot(at[0] - first[0], at[1] - first[1]) <= reach;
  }
}

function withoutRepeats(points: readonly Point[]): Point[] {
  return points.filter((point, i) => {
    const before = points[(i + points.length - 1) % points.length] as Point;
    return point[0] !== before[0] || point[1] !== before[1];
  });
}
