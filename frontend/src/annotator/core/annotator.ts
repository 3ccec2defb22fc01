import type { Structure } from "../../api/types";
import { ABSENT, type BooleanKind, type Contour, type Mask } from "../../geometry";
import { allTools, type ToolName } from "../tools/allTools";
import type { DrawOptions, Subject, Target, Tool, Workbench } from "../tools/tool";
import type { ToolOptions } from "../tools/toolSettings";
import type { Pin, Scene } from "../view/scene";
import { SuggestionAnswers } from "./answers";
import {
  keyframeAt,
  type SetDocument,
  shownShape,
  structureOf,
  type Track,
  trackShape,
  tracksOf,
} from "./document";
import { Drawing, type GreySource } from "./drawing";
import type { Operation } from "./operations";
import { inOrder, layersOf, withReplaced } from "./reading";
import type { AnnotationSession } from "./session";
import { Store } from "./store";
import { SuggestionDesk, type SuggestionRoom } from "./suggestionDesk";

export type { ToolName };

export interface AnnotatorState {
  readonly frame: number;
  /** The structure that drawing puts shapes into. */
  readonly structure: string | null;
  /** The chosen shape. */
  readonly track: string | null;
  readonly tool: ToolName;
  readonly hidden: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
  readonly isGhostShown: boolean;
  /** How strongly structures are filled, 0 (outline only) to 1; 1 where nothing is said. */
  readonly fills: ReadonlyMap<string, number>;
}

export interface AnnotatorParts {
  readonly session: AnnotationSession;
  readonly structures: readonly Structure[];
  readonly isReadOnly: boolean;
  /** The pictures as they are stored, for the tools that read them. */
  readonly picture?: GreySource;
  /** Where answers to suggestions are remembered. */
  readonly answers?: SuggestionAnswers;
  /** Tell the person something that cannot be seen on the picture. */
  tell(sentence: string): void;
}

/** What can be done on the page, apart from how it is shown. */
export class Annotator implements Workbench {
  readonly state: Store<AnnotatorState>;
  readonly structures: readonly Structure[];
  readonly tools: Record<ToolName, Tool>;
  readonly drawing: Drawing;
  readonly options: ToolOptions;
  readonly answers: SuggestionAnswers;
  readonly suggestions: SuggestionDesk;
  private isNextAnother = false;

  constructor(private readonly parts: AnnotatorParts) {
    this.structures = inOrder(parts.structures);
    this.answers = parts.answers ?? new SuggestionAnswers(async () => undefined);
    this.state = new Store<AnnotatorState>({
      frame: 0,
      structure: this.structures[0]?.id ?? null,
      track: null,
      tool: "edit",
      hidden: new Set(),
      locked: new Set(),
      isGhostShown: true,
      fills: new Map(),
    });
    this.suggestions = new SuggestionDesk(this.suggestionRoom());
    this.drawing = this.drawingRoom();
    this.options = this.drawing.options;
    this.tools = allTools(this);
  }

  get isReadOnly(): boolean {
    return this.parts.isReadOnly;
  }

  get document(): SetDocument {
    return this.parts.session.document;
  }

  get tool(): Tool {
    return this.tools[this.state.snapshot().tool];
  }

  show(frame: number): void {
    if (frame === this.frame) return;
    // a contour begun on one frame belongs to that frame
    this.tool.commit();
    this.change({ frame });
  }

  chooseTool(tool: ToolName): void {
    if (this.isReadOnly) return;
    this.tool.commit();
    this.change({ tool });
  }

  chooseStructure(structure: string): void {
    this.tool.commit();
    const here = this.targets().find((one) => one.structure === structure);
    this.isNextAnother = false;
    this.change({ structure, track: here?.track ?? null });
  }

  /** The next contour drawn is a further one of the structure: a second vessel, a nerve's part. */
  drawAnother(): void {
    if (this.isReadOnly) return;
    this.isNextAnother = true;
    const { tool } = this.state.snapshot();
    this.change({ track: null, tool: tool === "edit" ? "spline" : tool });
  }

  toggle(list: "hidden" | "locked", structure: string): void {
    const changed = new Set(this.state.snapshot()[list]);
    if (!changed.delete(structure)) changed.add(structure);
    this.change({ [list]: changed });
  }

  /** Fill a structure's shapes more or less strongly; 0 leaves the outline. */
  setFill(structure: string, fill: number): void {
    this.change({ fills: new Map(this.state.snapshot().fills).set(structure, fill) });
  }

  toggleGhost(): void {
    this.change({ isGhostShown: !this.state.snapshot().isGhostShown });
  }

  // --- what tools ask for

  targets(): Target[] {
    const { hidden, locked } = this.state.snapshot();
    const order = new Map(this.structures.map((one, i) => [one.id, i]));
    return [...this.document.tracks.values()]
      .filter((track) => !hidden.has(track.structure))
      .sort((a, b) => (order.get(b.structure) ?? 0) - (order.get(a.structure) ?? 0))
      .flatMap((track) => {
        const shape = shownShape(this.document, track, this.frame);
        if (shape === null) return [];
        const isLocked = this.isReadOnly || locked.has(track.structure);
        return [{ track: track.id, structure: track.structure, shape, isLocked }];
      });
  }

  selected(): Target | null {
    const { track } = this.state.snapshot();
    return this.targets().find((one) => one.track === track) ?? null;
  }

  select(track: string | null): void {
    this.isNextAnother = false;
    const structure = track === null ? null : this.document.tracks.get(track)?.structure;
    this.change(structure ? { track, structure } : { track });
  }

  drawingColour(): string | null {
    const structure = this.chosenStructure();
    if (this.isReadOnly || structure === null) return null;
    const { hidden, locked } = this.state.snapshot();
    if (locked.has(structure.id)) {
      this.parts.tell(`${structure.name} is locked.`);
      return null;
    }
    if (hidden.has(structure.id)) this.toggle("hidden", structure.id);
    return structure.colour;
  }

  size = () => this.drawing.size();
  grey = (isQuiet?: boolean) => this.drawing.grey(isQuiet);
  subject = () => this.drawing.subject();
  draw = (shape: Contour, options?: DrawOptions) => this.drawing.draw(shape, options);
  paint = (subject: Subject, mask: Mask, label: string) => this.drawing.paint(subject, mask, label);
  combine = (track: string, other: string, kind: BooleanKind) =>
    this.drawing.combine(track, other, kind);

  reshape(track: string, shape: Contour | Mask, label: string): void {
    this.perform(label, [{ op: "keyframe.put", track, frame: this.frame, shape, source: "drawn" }]);
  }

  /** Take the shape off this frame; between keyframes that ends the structure here. */
  remove(track: string): void {
    const row = this.document.tracks.get(track);
    if (row === undefined) return;
    if (keyframeAt(row, this.frame) === undefined) {
      this.putAbsent(row);
      return;
    }
    const isLast = row.keyframes.length === 1;
    this.perform("Delete shape", [
      isLast ? { op: "track.delete", track } : { op: "keyframe.delete", track, frame: this.frame },
    ]);
  }

  // --- further acts

  /** "Not in the picture from here on", which is knowledge too. */
  markAbsent(): void {
    const row = this.trackOfChoice();
    if (row !== null) this.putAbsent(row);
  }

  /** Make a keyframe here of the interpolated shape, or of the nearest earlier one. */
  copyHere(): void {
    const row = this.trackOfChoice();
    if (row === null) return;
    const earlier = row.keyframes.filter(
      (one) => one.frame_index < this.frame && one.shape.kind !== "absent",
    );
    const shape = trackShape(row, this.frame) ?? earlier.at(-1)?.shape;
    if (shape === undefined) {
      this.parts.tell("There is no earlier shape of this structure to copy.");
      return;
    }
    this.perform("Copy shape here", [
      { op: "keyframe.put", track: row.id, frame: this.frame, shape, source: "propagated" },
    ]);
    this.change({ track: row.id });
  }

  /** Where the next (1) or previous (-1) keyframe of anything is, or null. */
  keyframeBeside(direction: 1 | -1): number | null {
    const frames = [...this.document.tracks.values()]
      .flatMap((track) => track.keyframes.map((one) => one.frame_index))
      .filter((frame) => (direction > 0 ? frame > this.frame : frame < this.frame));
    if (frames.length === 0) return null;
    return direction > 0 ? Math.min(...frames) : Math.max(...frames);
  }

  undo(): void {
    const before = this.document;
    this.parts.session.undo();
    this.suggestions.follow(before);
  }

  redo(): void {
    const before = this.document;
    this.parts.session.redo();
    this.suggestions.follow(before);
  }

  // --- what is seen

  scene(frame: number, pins: readonly Pin[]): Scene {
    const { hidden, track, fills, isGhostShown } = this.state.snapshot();
    const isCurrent = frame === this.frame;
    const preview = isCurrent ? this.tool.preview() : {};
    const layers = layersOf(this.document, this.structures, frame, {
      hidden,
      selected: track,
      fills,
    });
    const { replaced, ...marks } = preview;
    return {
      ...marks,
      ...(replaced === undefined ? {} : { changing: replaced.track }),
      layers: replaced === undefined ? layers : withReplaced(layers, replaced),
      ghosts: isGhostShown ? this.suggestions.ghosts(frame, hidden) : [],
      pins,
      overlay: "expert",
    };
  }

  private suggestionRoom(): SuggestionRoom {
    const annotator = this;
    return {
      get document() {
        return annotator.document;
      },
      get frame() {
        return annotator.frame;
      },
      isReadOnly: this.isReadOnly,
      structures: this.structures,
      answers: this.answers,
      perform: (label, operations) => this.perform(label, operations),
      edit: (structure, track) => this.change({ structure, track, tool: "edit" }),
      changed: () => this.change({}),
      tell: (sentence) => this.parts.tell(sentence),
    };
  }

  private drawingRoom(): Drawing {
    const annotator = this;
    return new Drawing({
      isReadOnly: this.isReadOnly,
      picture: this.parts.picture ?? null,
      get document() {
        return annotator.document;
      },
      get frame() {
        return annotator.frame;
      },
      structure: () => this.chosenStructure(),
      drawingColour: () => this.drawingColour(),
      trackToDrawIn: (structure) => this.trackToDrawIn(structure),
      selected: () => this.selected(),
      targets: () => this.targets(),
      perform: (label, operations) => this.perform(label, operations),
      remove: (track) => this.remove(track),
      choose: (track, keepsTool) => {
        this.isNextAnother = false;
        this.change(keepsTool ? { track } : { track, tool: "edit" });
      },
      tell: (sentence) => this.parts.tell(sentence),
    });
  }

  private get frame(): number {
    return this.state.snapshot().frame;
  }

  private chosenStructure(): Structure | null {
    const { structure } = this.state.snapshot();
    return this.structures.find((one) => one.id === structure) ?? null;
  }

  private trackToDrawIn(structure: string): Track | null {
    if (this.isNextAnother) return null;
    const chosen = this.document.tracks.get(this.state.snapshot().track ?? "");
    if (chosen?.structure === structure) return chosen;
    return tracksOf(this.document, structure)[0] ?? null;
  }

  private trackOfChoice(): Track | null {
    const structure = this.chosenStructure();
    return structure === null ? null : this.trackToDrawIn(structure.id);
  }

  private putAbsent(row: Track): void {
    this.perform("Not visible from here", [
      { op: "keyframe.put", track: row.id, frame: this.frame, shape: ABSENT, source: "drawn" },
    ]);
  }

  private perform(label: string, operations: readonly Operation[]): boolean {
    if (this.isReadOnly) return false;
    const locked = this.state.snapshot().locked;
    const open = operations.filter((one) => !locked.has(structureOf(this.document, one) ?? ""));
    if (open.length < operations.length) this.parts.tell("A locked structure was left as it is.");
    return this.parts.session.perform(label, open);
  }

  private change(part: Partial<AnnotatorState>): void {
    this.state.update((state) => ({ ...state, ...part }));
  }
}
