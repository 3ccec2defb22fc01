import type { Point } from "../../geometry";
import type { Tool, ToolPointer } from "../tools/tool";

export interface StageInputParts {
  tool(): Tool | null;
  pointer(event: PointerEvent | MouseEvent): ToolPointer;
  zoom(factor: number, at: Point): void;
  pan(dx: number, dy: number): void;
  /** Drag window and level by so many CSS pixels. */
  level(dx: number, dy: number): void;
  /** Something a tool shows may have changed. */
  changed(): void;
}

/** The other end of a pen, as pointer events number it. */
const ERASER_BUTTON = 5;
/** A right button that moves less than this is a click. */
const CLICK_REACH = 4;

interface Levelling {
  readonly pointer: number;
  readonly from: Point;
  /** What a click of the right button would mean. */
  readonly isClick: boolean;
  hasMoved: boolean;
}

/**
 * Pointers on the stage: one finger, the pen or the left button works the tool; two fingers pan and
 * zoom, as do the wheel (unless the tool wants it; with Ctrl always), the middle button and space; a
 * drag with the right button, or with W held where there is no tool, sets window and level. While
 * a pen draws, the hand on the glass does nothing.
 */
export class StageInput {
  private readonly stop = new AbortController();
  private readonly touches = new Map<number, Point>();
  private panning: number | null = null;
  private drawing: number | null = null;
  private isPenDown = false;
  private levelling: Levelling | null = null;
  private isSpaceDown = false;
  private isLevelDown = false;

  constructor(
    private readonly host: HTMLElement,
    private readonly parts: StageInputParts,
  ) {
    const { signal } = this.stop;
    host.style.touchAction = "none";
    host.addEventListener("pointerdown", (event) => this.down(event), { signal });
    host.addEventListener("pointermove", (event) => this.move(event), { signal });
    host.addEventListener("pointerup", (event) => this.up(event), { signal });
    host.addEventListener("pointercancel", (event) => this.cancel(event), { signal });
    host.addEventListener("pointerleave", () => this.leave(), { signal });
    host.addEventListener("dblclick", (event) => this.doubleClick(event), { signal });
    // a double click on the picture must not mark words beside it
    host.addEventListener("mousedown", (event) => event.detail > 1 && event.preventDefault(), {
      signal,
    });
    host.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    host.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
    window.addEventListener("keydown", (event) => this.hold(event, true), { signal });
    window.addEventListener("keyup", (event) => this.hold(event, false), { signal });
    window.addEventListener("blur", () => this.letGo(), { signal });
  }

  close(): void {
    this.stop.abort();
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "touch" && this.isPenDown) return;
    this.host.setPointerCapture(event.pointerId);
    this.host.focus({ preventScroll: true });
    if (event.pointerType === "touch") {
      this.touches.set(event.pointerId, [event.clientX, event.clientY]);
      if (this.touches.size > 1) {
        if (this.drawing !== null) this.interrupt();
        return;
      }
    }
    const tool = this.parts.tool();
    if (event.button === 2 || (event.button === 0 && this.isLevelDown && tool === null)) {
      this.levelling = {
        pointer: event.pointerId,
        from: [event.clientX, event.clientY],
        isClick: event.button === 2,
        hasMoved: event.button === 0,
      };
      event.preventDefault();
      return;
    }
    if (event.button === 1 || (event.button === 0 && (this.isSpaceDown || tool === null))) {
      this.panning = event.pointerId;
      this.host.style.cursor = "grabbing";
      event.preventDefault();
      return;
    }
    if (tool === null) return;
    if (event.button === 0 || event.button === ERASER_BUTTON) {
      this.drawing = event.pointerId;
      this.isPenDown = event.pointerType === "pen";
      tool.pointerDown(this.parts.pointer(event));
    }
    this.refresh();
  }

  private move(event: PointerEvent): void {
    const earlier = this.touches.get(event.pointerId);
    if (earlier !== undefined && this.touches.size > 1) {
      this.pinch(event, earlier);
      return;
    }
    if (event.pointerType === "touch" && earlier === undefined) return;
    if (this.panning === event.pointerId) {
      this.parts.pan(event.movementX, event.movementY);
      return;
    }
    if (this.levelling?.pointer === event.pointerId) {
      this.dragLevel(event, this.levelling);
      return;
    }
    const tool = this.parts.tool();
    if (tool === null) return;
    if (this.drawing === event.pointerId) {
      // all places the pointer was at, not only the last before the screen's refresh
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length > 0 ? all : [event]) {
        tool.pointerMove(this.parts.pointer(one));
      }
    } else if (this.drawing === null) tool.hover(this.parts.pointer(event));
    this.refresh();
  }

  private up(event: PointerEvent): void {
    this.touches.delete(event.pointerId);
    if (this.panning === event.pointerId) {
      this.panning = null;
      this.refresh();
      return;
    }
    if (this.levelling?.pointer === event.pointerId) {
      const { isClick, hasMoved } = this.levelling;
      this.levelling = null;
      if (isClick && !hasMoved) this.parts.tool()?.secondary(this.parts.pointer(event));
      this.refresh();
      return;
    }
    if (this.drawing !== event.pointerId) return;
    this.drawing = null;
    this.isPenDown = false;
    this.parts.tool()?.pointerUp(this.parts.pointer(event));
    // a finger that is gone points at nothing
    if (event.pointerType === "touch") this.parts.tool()?.leave();
    this.refresh();
  }

  private cancel(event: PointerEvent): void {
    this.touches.delete(event.pointerId);
    if (this.panning === event.pointerId) this.panning = null;
    if (this.levelling?.pointer === event.pointerId) this.levelling = null;
    if (this.drawing === event.pointerId) this.interrupt();
  }

  /** The press was not meant for the tool after all. */
  private interrupt(): void {
    this.drawing = null;
    this.isPenDown = false;
    const tool = this.parts.tool();
    if (tool?.interrupt === undefined) tool?.cancelStroke();
    else tool.interrupt();
    tool?.leave();
    this.refresh();
  }

  private leave(): void {
    this.parts.tool()?.leave();
    this.parts.changed();
  }

  private doubleClick(event: MouseEvent): void {
    this.parts.tool()?.doubleClick(this.parts.pointer(event));
    this.refresh();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const box = this.host.getBoundingClientRect();
    if (!event.ctrlKey && !event.metaKey && this.turnsTool(event)) return;
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    // a trackpad's pinch arrives as a wheel with the control key and small steps
    const speed = event.ctrlKey ? 0.01 : 0.0015;
    const factor = Math.exp(-event.deltaY * unit * speed);
    this.parts.zoom(factor, [event.clientX - box.left, event.clientY - box.top]);
  }

  /** A wheel over a tool with a size sets the size; a trackpad's small deltas add up to a step. */
  private turnsTool(event: WheelEvent): boolean {
    const tool = this.parts.tool();
    // with Alt the browser may turn the wheel sideways
    const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
    const perStep = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 60 : 2;
    if (tool?.wheel?.(-delta / perStep) !== true) return false;
    this.refresh();
    return true;
  }

  private pinch(event: PointerEvent, earlier: Point): void {
    const other = [...this.touches].find(([id]) => id !== event.pointerId)?.[1];
    this.touches.set(event.pointerId, [event.clientX, event.clientY]);
    if (other === undefined) return;
    const before = Math.hypot(earlier[0] - other[0], earlier[1] - other[1]);
    const after = Math.hypot(event.clientX - other[0], event.clientY - other[1]);
    const box = this.host.getBoundingClientRect();
    const middle: Point = [
      (event.clientX + other[0]) / 2 - box.left,
      (event.clientY + other[1]) / 2 - box.top,
    ];
    this.parts.pan((event.clientX - earlier[0]) / 2, (event.clientY - earlier[1]) / 2);
    if (before > 0) this.parts.zoom(after / before, middle);
  }

  private dragLevel(event: PointerEvent, levelling: Levelling): void {
    const { from } = levelling;
    const away = Math.hypot(event.clientX - from[0], event.clientY - from[1]);
    if (!levelling.hasMoved && away < CLICK_REACH) return;
    levelling.hasMoved = true;
    this.host.style.cursor = "move";
    this.parts.level(event.movementX, event.movementY);
  }

  private hold(event: KeyboardEvent, isDown: boolean): void {
    const isHere = isDown && this.host.matches(":hover");
    if (event.code === "Space") this.isSpaceDown = isHere;
    else if (event.key.toLowerCase() === "w" && !event.ctrlKey && !event.metaKey) {
      // where something can be drawn the key is that of a tool
      this.isLevelDown = isHere && this.parts.tool() === null;
    } else return;
    if (this.panning === null && this.levelling === null) this.refresh();
  }

  private letGo(): void {
    this.isSpaceDown = false;
    this.isLevelDown = false;
  }

  private refresh(): void {
    const tool = this.parts.tool();
    this.host.style.cursor = this.isLevelDown
      ? "move"
      : this.isSpaceDown || tool === null
        ? "grab"
        : tool.cursor;
    this.parts.changed();
  }
}
