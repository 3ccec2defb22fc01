import { Store } from "../annotator/core/store";
import { allTools, type ToolName } from "../annotator/tools/allTools";
import type { Subject, Target, Tool, Workbench } from "../annotator/tools/tool";
import { ToolOptions } from "../annotator/tools/toolSettings";
import { EMPTY_SCENE, type Layer, type Scene } from "../annotator/view/scene";
import type { Structure } from "../api/types";
import { type Contour, isContour, isEmptyMask, type Mask } from "../geometry";

/** What a trainee has of the annotator's tools. */
export const PRACTICE_TOOLS = ["spline", "brush", "eraser", "edit", "sculpt"] as const;
export type PracticeTool = (typeof PRACTICE_TOOLS)[number] & ToolName;

export interface BenchState {
  readonly tool: PracticeTool;
  readonly shape: Contour | Mask | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

const TRACK = "answer";

/** The annotator's tools at work on one shape of one structure, kept nowhere until it is sent. */
export class PracticeBench implements Workbench {
  readonly options = new ToolOptions();
  readonly state: Store<BenchState>;
  private readonly tools: Record<ToolName, Tool>;
  private readonly earlier: (Contour | Mask | null)[] = [];
  private readonly later: (Contour | Mask | null)[] = [];

  constructor(
    private readonly structure: Structure,
    private readonly picture: { readonly width: number; readonly height: number },
    private readonly storedGrey: () => Uint8Array | null = () => null,
  ) {
    this.state = new Store<BenchState>({
      tool: "spline",
      shape: null,
      canUndo: false,
      canRedo: false,
    });
    this.tools = allTools(this);
  }

  get tool(): Tool {
    return this.tools[this.state.snapshot().tool];
  }

  get shape(): Contour | Mask | null {
    return this.state.snapshot().shape;
  }

  chooseTool(tool: PracticeTool): void {
    this.tool.commit();
    this.state.update((state) => ({ ...state, tool }));
  }

  /** The shape as it would be sent: what is being drawn is finished first. */
  finished(): Contour | Mask | null {
    this.tool.commit();
    return this.shape;
  }

  undo(): void {
    this.tool.cancelStroke();
    this.travel(this.earlier, this.later);
  }

  redo(): void {
    this.travel(this.later, this.earlier);
  }

  clear(): void {
    this.tool.cancelStroke();
    if (this.shape !== null) this.put(null);
  }

  scene(): Scene {
    const { tool } = this;
    const { replaced, ...marks } = tool.preview();
    const shape = replaced === undefined ? this.shape : replaced.shape;
    const layers = shape === null ? [] : [this.layer(shape)];
    const changing = replaced === undefined ? {} : { changing: TRACK };
    return { ...EMPTY_SCENE, layers, overlay: "answer", ...changing, ...marks };
  }

  // --- what tools ask for

  targets(): Target[] {
    const { shape } = this;
    if (shape === null) return [];
    return [{ track: TRACK, structure: this.structure.id, shape, isLocked: false }];
  }

  selected(): Target | null {
    return this.targets()[0] ?? null;
  }

  select(): void {}

  drawingColour(): string {
    return this.structure.colour;
  }

  subject(): Subject {
    const { shape } = this;
    return { track: shape === null ? null : TRACK, shape, colour: this.structure.colour };
  }

  size(): { readonly width: number; readonly height: number } {
    return this.picture;
  }

  grey(): Uint8Array | null {
    return this.storedGrey();
  }

  draw(shape: Contour): void {
    this.put(shape);
    this.state.update((state) => ({ ...state, tool: "edit" }));
  }

  paint(_subject: Subject, mask: Mask): void {
    this.put(isEmptyMask(mask) ? null : mask);
  }

  reshape(_track: string, shape: Contour | Mask): void {
    this.put(!isContour(shape) && isEmptyMask(shape) ? null : shape);
  }

  /** There is no second shape to put to the first. */
  combine(): void {}

  remove(): void {
    this.put(null);
  }

  private layer(shape: Contour | Mask): Layer {
    const { channel, colour, name } = this.structure;
    return { key: TRACK, channel, colour, name, shape, isSelected: true };
  }

  private put(shape: Contour | Mask | null): void {
    this.earlier.push(this.shape);
    this.later.length = 0;
    this.show(shape);
  }

  private travel(from: (Contour | Mask | null)[], to: (Contour | Mask | null)[]): void {
    const shape = from.pop();
    if (shape === undefined) return;
    to.push(this.shape);
    this.show(shape);
  }

  private show(shape: Contour | Mask | null): void {
    const canUndo = this.earlier.length > 0;
    const canRedo = this.later.length > 0;
    this.state.update((state) => ({ ...state, shape, canUndo, canRedo }));
  }
}
