import {
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useEffect,
  useRef,
  useState,
} from "react";
import { FITTED, type Placed, panned, type Zoom, zoomedAt } from "./stageView";

/** A turn of the wheel that counts as one step. */
const WHEEL = 0.0016;

type Places = Map<number, [number, number]>;

/** Zoom to the cursor by wheel or two fingers; carry the picture by the middle button or two fingers. */
export function useStageZoom(
  stage: RefObject<HTMLDivElement | null>,
  fit: Placed,
  abandon: () => void,
) {
  const [zoom, setZoom] = useState<Zoom>(FITTED);
  const now = useRef(fit);
  now.current = fit;
  const fingers = useRef<Places>(new Map());
  const carried = useRef<[number, number] | null>(null);

  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    // By hand: React listens passively, and the page would scroll.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const by = Math.exp(-event.deltaY * WHEEL * (event.deltaMode === 1 ? 30 : 1));
      setZoom((zoomed) =>
        zoomedAt(zoomed, now.current, by, event.clientX - left, event.clientY - top),
      );
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [stage]);

  /** Enlarge about the middle of the room. */
  const zoomBy = (by: number) =>
    setZoom((zoomed) => {
      const { left, top, width, height } = now.current;
      return zoomedAt(zoomed, now.current, by, left + width / 2, top + height / 2);
    });

  const onPointerDownCapture = (event: ReactPointerEvent) => {
    if (event.pointerType === "mouse") {
      if (event.button !== 1) return;
      event.preventDefault();
      carried.current = [event.clientX, event.clientY];
      event.currentTarget.setPointerCapture(event.pointerId);
      return;
    }
    fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.current.size < 2) return;
    abandon();
    event.stopPropagation();
  };

  const onPointerMoveCapture = (event: ReactPointerEvent) => {
    const from = carried.current;
    if (from !== null) {
      carried.current = [event.clientX, event.clientY];
      setZoom((zoomed) =>
        panned(zoomed, now.current, event.clientX - from[0], event.clientY - from[1]),
      );
      return;
    }
    if (!fingers.current.has(event.pointerId)) return;
    const before = spanOf(fingers.current);
    fingers.current.set(event.pointerId, [event.clientX, event.clientY]);
    const after = spanOf(fingers.current);
    if (before === null || after === null) return;
    event.stopPropagation();
    const { left, top } = event.currentTarget.getBoundingClientRect();
    setZoom((zoomed) =>
      panned(
        zoomedAt(zoomed, now.current, after.wide / before.wide, after.x - left, after.y - top),
        now.current,
        after.x - before.x,
        after.y - before.y,
      ),
    );
  };

  const onPointerEndCapture = (event: ReactPointerEvent) => {
    carried.current = null;
    fingers.current.delete(event.pointerId);
  };

  return {
    zoom,
    zoomBy,
    fitAgain: () => setZoom(FITTED),
    handlers: {
      onPointerDownCapture,
      onPointerMoveCapture,
      onPointerUpCapture: onPointerEndCapture,
      onPointerCancelCapture: onPointerEndCapture,
    },
  };
}

/** The middle of two fingers and how far they are apart; null unless there are two. */
function spanOf(fingers: Places): { x: number; y: number; wide: number } | null {
  const [one, two] = [...fingers.values()];
  if (fingers.size !== 2 || one === undefined || two === undefined) return null;
  return {
    x: (one[0] + two[0]) / 2,
    y: (one[1] + two[1]) / 2,
    wide: Math.max(Math.hypot(one[0] - two[0], one[1] - two[1]), 1),
  };
}
