import { dragged, type Frame, type FrameStore, isNeutral, type Tone } from "../../frames";
import type { Point } from "../../geometry";
import { Store } from "../core/store";
import type { Tool, ToolPointer } from "../tools/tool";
import { GrayCanvas } from "./grayCanvas";
import { OverlayPainter } from "./overlayPainter";
import { type Appearance, DEFAULT_APPEARANCE, EMPTY_SCENE, type Scene } from "./scene";
import { StageInput } from "./stageInput";
import {
  centred,
  fitted,
  kept,
  panned,
  type Size,
  toImage,
  type Viewport,
  zoomed,
} from "./viewport";

export interface StageState {
  /** The frame whose picture is on the screen, or null while none is. */
  readonly drawn: number | null;
  readonly wanted: number;
  readonly failure: string | null;
  readonly scale: number;
  /** True when what is on the screen is not the stored grey values themselves. */
  readonly isFiltered: boolean;
}

export const NOTHING_DRAWN: StageState = {
  drawn: null,
  wanted: 0,
  failure: null,
  scale: 1,
  isFiltered: false,
};

/** Where a person has moved the picture to; outlives a stage that is made anew. */
export interface StageMemory {
  view: Viewport | null;
}

/**
 * The picture with everything drawn over it, on four canvases: the frame, the exact label image,
 * lines, and what follows the pointer. A frame and its overlay are painted together or not at all.
 */
export class Stage {
  readonly state: Store<StageState>;
  private readonly picture: HTMLCanvasElement;
  private readonly overlay: HTMLCanvasElement;
  private readonly lines: HTMLCanvasElement;
  private readonly gray: GrayCanvas;
  private readonly marks: HTMLCanvasElement;
  private readonly painter: OverlayPainter;
  /** What the picture canvas holds, to leave it alone while nothing of it changes. */
  private pictured: readonly unknown[] = [];
  private readonly input: StageInput;
  private readonly observer: ResizeObserver;
  private readonly unsubscribe: () => void;
  private view: Viewport = { scale: 1, x: 0, y: 0 };
  private screen: Size = { width: 0, height: 0 };
  private isFitted = true;
  private wanted = 0;
  private appearance: Appearance = DEFAULT_APPEARANCE;
  private sceneOf: (index: number) => Scene = () => EMPTY_SCENE;
  private tool: Tool | null = null;
  private micronsPerPixel: number | null = null;
  private request: number | null = null;
  /** Called when the window or level is dragged on the picture. */
  onTone: (tone: Tone) => void = () => undefined;

  constructor(
    private readonly host: HTMLElement,
    private readonly image: Size,
    private readonly frames: FrameStore,
    private readonly memory: StageMemory = { view: null },
  ) {
    if (memory.view !== null) {
      this.view = memory.view;
      this.isFitted = false;
    }
    this.state = new Store<StageState>(NOTHING_DRAWN);
    this.gray = new GrayCanvas(image.width, image.height);
    this.picture = this.canvas("picture-canvas");
    this.overlay = this.canvas("overlay-canvas");
    this.lines = this.canvas("lines-canvas");
    this.marks = this.canvas("marks-canvas");
    this.painter = new OverlayPainter(
      { fill: this.overlay, lines: this.lines, marks: this.marks },
      image,
    );
    this.input = new StageInput(host, {
      tool: () => this.tool,
      pointer: (event) => this.pointer(event),
      zoom: (factor, at) => this.zoom(factor, at),
      pan: (dx, dy) => this.pan(dx, dy),
      level: (dx, dy) => this.onTone(dragged(this.appearance.tone, dx, dy)),
      changed: () => this.invalidate(),
    });
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(host);
    this.unsubscribe = frames.subscribe((index) => {
      if (index === this.wanted) this.invalidate();
    });
    this.resize();
  }

  /** Which frame to show; the caller also moves the frame store's playhead. */
  show(index: number): void {
    if (index === this.wanted) return;
    this.wanted = index;
    this.invalidate();
  }

  /** What to draw over a frame, asked for anew at each painting. */
  setScene(sceneOf: (index: number) => Scene): void {
    this.sceneOf = sceneOf;
    this.invalidate();
  }

  setAppearance(appearance: Appearance): void {
    this.appearance = appearance;
    this.invalidate();
  }

  /** The size of a pixel, for ruler and scale bar; null while it is not known. */
  setScale(micronsPerPixel: number | null): void {
    this.micronsPerPixel = micronsPerPixel;
    this.invalidate();
  }

  setTool(tool: Tool | null): void {
    if (tool === this.tool) return;
    this.tool?.deactivate();
    this.tool = tool;
    this.host.style.cursor = tool?.cursor ?? "default";
    tool?.activate();
    this.invalidate();
  }

  /** Paint before the browser's next frame. */
  invalidate(): void {
    this.request ??= requestAnimationFrame(() => {
      this.request = null;
      this.paint();
    });
  }

  fit(): void {
    this.isFitted = true;
    this.move(fitted(this.image, this.screen));
  }

  /** One image pixel on one CSS pixel. */
  actualSize(): void {
    this.isFitted = false;
    this.move(centred(this.image, this.screen, 1));
  }

  zoom(factor: number, at?: Point): void {
    this.isFitted = false;
    this.move(zoomed(this.view, factor, at ?? [this.screen.width / 2, this.screen.height / 2]));
  }

  pan(dx: number, dy: number): void {
    this.isFitted = false;
    this.move(panned(this.view, dx, dy));
  }

  close(): void {
    if (this.request !== null) cancelAnimationFrame(this.request);
    this.unsubscribe();
    this.observer.disconnect();
    this.input.close();
    this.tool?.deactivate();
    for (const canvas of this.canvases()) canvas.remove();
  }

  private pointer(event: PointerEvent | MouseEvent): ToolPointer {
    const box = this.host.getBoundingClientRect();
    const at = toImage(this.view, [event.clientX - box.left, event.clientY - box.top]);
    return {
      at,
      pixel: 1 / this.view.scale,
      isTouch: "pointerType" in event && event.pointerType === "touch",
      isShift: event.shiftKey,
      isAlt: event.altKey,
      pressure: "pointerType" in event && event.pointerType === "pen" ? event.pressure : null,
      isEraser: "pointerType" in event && event.pointerType === "pen" && (event.buttons & 32) !== 0,
    };
  }

  private move(view: Viewport): void {
    this.view = kept(view, this.image, this.screen);
    this.memory.view = this.isFitted ? null : this.view;
    this.invalidate();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    this.screen = { width, height };
    const ratio = window.devicePixelRatio;
    for (const canvas of this.canvases()) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    if (this.isFitted) this.view = fitted(this.image, this.screen);
    else this.view = kept(this.view, this.image, this.screen);
    this.pictured = [];
    this.painter.reset();
    // resizing clears a canvas, and a blank one must not stay until the next frame
    this.paint();
  }

  private paint(): void {
    const frame = this.frames.peek(this.wanted);
    const failure = this.frames.failure(this.wanted) ?? null;
    const isShown = frame !== undefined && frame.index === this.wanted;
    if (isShown) this.paintPicture(frame);
    else this.fadePicture();
    const scene = isShown ? this.sceneOf(frame.index) : EMPTY_SCENE;
    this.paintOverlay(this.appearance.isHidden ? EMPTY_SCENE : scene);
    this.host.dataset.frameIndex = isShown ? String(frame.index) : "";
    this.picture.dataset.frameIndex = this.host.dataset.frameIndex;
    this.overlay.dataset.frameIndex = this.host.dataset.frameIndex;
    this.overlay.dataset.overlay = this.appearance.isHidden ? "none" : scene.overlay;
    this.state.update((before) => {
      const after: StageState = {
        drawn: isShown ? frame.index : null,
        wanted: this.wanted,
        failure: isShown ? null : failure,
        scale: this.view.scale,
        isFiltered: isShown && (frame.picture.filters !== "" || !isNeutral(this.appearance.tone)),
      };
      const isSame = (Object.keys(after) as (keyof StageState)[]).every(
        (name) => before[name] === after[name],
      );
      return isSame ? before : after;
    });
  }

  private paintPicture({ picture }: Frame): void {
    const { tone, isSmooth } = this.appearance;
    const wanted = [picture, tone, isSmooth, this.view];
    if (wanted.some((one, i) => one !== this.pictured[i])) {
      this.pictured = wanted;
      this.gray.draw(picture, tone);
      const context = this.prepared(this.picture);
      context.imageSmoothingEnabled = isSmooth && this.view.scale < 8;
      context.imageSmoothingQuality = "high";
      context.drawImage(this.gray.canvas, 0, 0);
    }
    this.picture.style.opacity = "1";
    this.picture.dataset.filters = picture.filters;
  }

  /** The earlier picture stays, dimmed, under the words "loading"; its overlay is gone at once. */
  private fadePicture(): void {
    this.picture.style.opacity = "0.3";
  }

  private paintOverlay(scene: Scene): void {
    const { dataset } = this.overlay;
    dataset.scale = String(this.view.scale);
    dataset.offsetX = String(this.view.x);
    dataset.offsetY = String(this.view.y);
    // opacity belongs to the element: the canvas itself holds the pure colours of the label map
    this.overlay.style.opacity = String(this.appearance.opacity);
    this.painter.paint(scene, {
      view: this.view,
      screen: this.screen,
      ratio: window.devicePixelRatio,
      appearance: this.appearance,
      micronsPerPixel: this.micronsPerPixel,
    });
    // what is painted cannot be read from a canvas
    const hasRuler = this.appearance.hasRuler && this.micronsPerPixel !== null;
    this.lines.dataset.ruler = hasRuler ? "millimetres" : "none";
    this.lines.dataset.measured = scene.measured?.label ?? "";
  }

  private canvases(): HTMLCanvasElement[] {
    return [this.picture, this.overlay, this.lines, this.marks];
  }

  private prepared(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw.");
    const ratio = window.devicePixelRatio;
    const scale = this.view.scale * ratio;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(scale, 0, 0, scale, this.view.x * ratio, this.view.y * ratio);
    return context;
  }

  private canvas(testId: string): HTMLCanvasElement {
    const canvas = document.createElement("canvas");
    canvas.dataset.testid = testId;
    canvas.setAttribute("aria-hidden", "true");
    Object.assign(canvas.style, {
      position: "absolute",
      inset: "0",
      width: "100%",
      height: "100%",
      pointerEvents: "none",
    });
    this.host.append(canvas);
    return canvas;
  }
}
