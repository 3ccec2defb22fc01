/** What a pointer takes hold of, as it is written on the drawn elements. */
import { HANDLES, type Handle } from "./boxes";
import type { Target } from "./draft";

export interface Grip {
  readonly target: Target;
  /** The side or corner that is pulled; null when the whole is carried. */
  readonly handle: Handle | null;
}

/** An edge of the sector, on which a new corner begins. */
export interface EdgeGrip {
  readonly edge: number;
}

export type Taken = Grip | EdgeGrip | null;

/** Read `data-grip` ("blank", "crop:nw", "corner", "edge") and `data-index` of what was hit. */
export function takenAt(element: Element | null): Taken {
  const hit = element?.closest("[data-grip]");
  if (!hit) return null;
  const [kind, side] = (hit.getAttribute("data-grip") ?? "").split(":");
  const index = Number(hit.getAttribute("data-index") ?? 0);
  const handle = HANDLES.find((name) => name === side) ?? null;
  if (kind === "crop") return { target: { kind }, handle };
  if (kind === "blank" || kind === "corner") return { target: { kind, index }, handle };
  return kind === "edge" ? { edge: index } : null;
}

/** The id of the element that stands for a target, to give it the focus. */
export const idOfTarget = (target: Target): string =>
  target.kind === "crop" ? "mark-crop" : `mark-${target.kind}-${target.index}`;
