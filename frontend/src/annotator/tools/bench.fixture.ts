import type { BooleanKind, Contour, Mask } from "../../geometry";
import type { DrawOptions, Subject, Target, Tool, ToolPointer, Workbench } from "./tool";
import { ToolOptions } from "./toolSettings";

/** A workbench that notes what tools ask of it. */
export class Bench implements Workbench {
  readonly options = new ToolOptions();
  shapes: Target[] = [];
  chosen: string | null = null;
  drawn: Contour[] = [];
  drawOptions: (DrawOptions | undefined)[] = [];
  painted: { subject: Subject; mask: Mask; label: string }[] = [];
  labels: string[] = [];
  removed: string[] = [];
  combined: [string, string, BooleanKind][] = [];
  isLocked = false;
  gray: Uint8Array | null = null;
  readonly width = 160;
  readonly height = 120;

  targets = () => this.shapes;
  selected = () => this.shapes.find((one) => one.track === this.chosen) ?? null;
  select = (track: string | null) => {
    this.chosen = track;
  };
  drawingColour = () => (this.isLocked ? null : "#ffffff");
  subject = (): Subject | null => {
    if (this.isLocked) return null;
    const here = this.selected() ?? this.shapes[0];
    return { track: here?.track ?? null, shape: here?.shape ?? null, colour: "#ffffff" };
  };
  size = () => ({ width: this.width, height: this.height });
  grey = () => this.gray;
  draw = (shape: Contour, options?: DrawOptions) => {
    this.drawn.push(shape);
    this.drawOptions.push(options);
  };
  paint = (subject: Subject, mask: Mask, label: string) => {
    this.painted.push({ subject, mask, label });
  };
  reshape = (track: string, shape: Contour | Mask, label: string) => {
    this.labels.push(label);
    this.shapes = this.shapes.map((one) => (one.track === track ? { ...one, shape } : one));
  };
  combine = (track: string, other: string, kind: BooleanKind) => {
    this.combined.push([track, other, kind]);
  };
  remove = (track: string) => {
    this.removed.push(track);
  };

  /** Put a shape on the frame and choose it. */
  put(shape: Contour | Mask, track = "t", isLocked = false): void {
    this.shapes = [...this.shapes, { track, structure: "s", shape, isLocked }];
    this.chosen = track;
  }
}

export const at = (x: number, y: number, keys: Partial<ToolPointer> = {}): ToolPointer => ({
  at: [x, y],
  pixel: 1,
  isTouch: false,
  isShift: false,
  isAlt: false,
  ...keys,
});

/** Where a pointer is, in image pixels, and what is held. */
export type Place = readonly [x: number, y: number, keys?: Partial<ToolPointer>];

/** Press at the first place, go through the others, release at the last. */
export function drag(tool: Tool, first: Place, ...rest: Place[]): void {
  tool.pointerDown(at(...first));
  for (const place of rest) tool.pointerMove(at(...place));
  tool.pointerUp(at(...(rest.at(-1) ?? first)));
}
