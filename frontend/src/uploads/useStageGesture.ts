import { type PointerEvent as ReactPointerEvent, useRef, useState } from "react";
import { type Box, drawn, type Size } from "./boxes";
import { cornerInserted } from "./corners";
import { blankAdded, type DraftAction, type Target, targetDragged } from "./draft";
import { type Grip, takenAt } from "./grips";
import type { Redaction } from "./redaction";

/** Screen pixels under which a press with nothing below it is a press, not a box. */
const A_PRESS = 4;

interface Gesture {
  pointerId: number;
  fromX: number;
  fromY: number;
  /** Null while a new box is being drawn. */
  grip: Grip | null;
  start: Redaction;
}

interface StageGestureProps {
  size: Size;
  scale: number;
  redaction: Redaction;
  change: (action: DraftAction) => void;
  choose: (target: Target | null) => void;
}

/** Carry, pull and draw with a mouse, a pen or a finger. */
export function useStageGesture({ size, scale, redaction, change, choose }: StageGestureProps) {
  const gesture = useRef<Gesture | null>(null);
  const [drawing, setDrawing] = useState<Box | null>(null);

  const placeOf = (event: ReactPointerEvent<SVGSVGElement>): [number, number] => {
    const area = event.currentTarget.getBoundingClientRect();
    return [
      ((event.clientX - area.left) / area.width) * size.width,
      ((event.clientY - area.top) / area.height) * size.height,
    ];
  };

  const onPointerDown = (event: ReactPointerEvent<SVGSVGElement>) => {
    if (gesture.current !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    const [fromX, fromY] = placeOf(event);
    const taken = takenAt(event.target as Element);
    let start = redaction;
    let grip: Grip | null = null;
    if (taken !== null && "edge" in taken) {
      if (redaction.keep === null) return;
      start = { ...redaction, keep: cornerInserted(redaction.keep, taken.edge) };
      grip = { target: { kind: "corner", index: taken.edge + 1 }, handle: null };
      change({ kind: "moving", to: start });
    } else grip = taken;
    gesture.current = { pointerId: event.pointerId, fromX, fromY, grip, start };
    event.currentTarget.setPointerCapture(event.pointerId);
    if (grip !== null) choose(grip.target);
  };

  const onPointerMove = (event: ReactPointerEvent<SVGSVGElement>) => {
    const held = gesture.current;
    if (held === null || held.pointerId !== event.pointerId) return;
    const [x, y] = placeOf(event);
    if (held.grip === null) {
      setDrawing(drawn(held.fromX, held.fromY, x, y, size));
      return;
    }
    const { target, handle } = held.grip;
    const dx = x - held.fromX;
    const dy = y - held.fromY;
    change({ kind: "moving", to: targetDragged(held.start, target, handle, dx, dy, size) });
  };

  const onPointerUp = (event: ReactPointerEvent<SVGSVGElement>) => {
    const held = gesture.current;
    if (held === null || held.pointerId !== event.pointerId) return;
    gesture.current = null;
    setDrawing(null);
    if (held.grip !== null) {
      change({ kind: "settled" });
      return;
    }
    const [x, y] = placeOf(event);
    const isPress = Math.hypot(x - held.fromX, y - held.fromY) * scale < A_PRESS;
    const box = isPress ? null : drawn(held.fromX, held.fromY, x, y, size);
    if (box === null) {
      choose(null);
      return;
    }
    change({ kind: "changed", to: blankAdded(redaction, box) });
    choose({ kind: "blank", index: redaction.blanks.length });
  };

  /** Let go without having changed anything; true when something was held. */
  const abandon = (): boolean => {
    if (gesture.current === null) return false;
    gesture.current = null;
    setDrawing(null);
    change({ kind: "abandoned" });
    return true;
  };

  return {
    drawing,
    abandon,
    handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: abandon },
  };
}
