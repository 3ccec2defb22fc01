import type { BooleanKind } from "../../geometry";
import { Store } from "../core/store";

/** What drawing does to the shape that is already there. */
export type DrawMode = "replace" | Exclude<BooleanKind, "intersect">;

export interface ToolSettings {
  /** Diameter of brush, eraser and threshold brush in image pixels. */
  readonly brush: number;
  /** Diameter of what the sculpting tool takes along, in image pixels. */
  readonly sculpt: number;
  /** Grey levels to either side of the pixel under the pointer. */
  readonly tolerance: number;
  readonly mode: DrawMode;
}

export type SizeName = "brush" | "sculpt";

export const SIZES = { least: 1, most: 400 } as const;
export const TOLERANCES = { least: 1, most: 120 } as const;

const FACTOR = 1.15;
const KEPT = "fascicle.tools";
const DEFAULTS: ToolSettings = { brush: 20, sculpt: 60, tolerance: 18, mode: "replace" };

/** Sizes and modes of the tools; sizes are remembered in this browser. */
export class ToolOptions {
  readonly state = new Store<ToolSettings>({ ...DEFAULTS, ...remembered() });

  get now(): ToolSettings {
    return this.state.snapshot();
  }

  setSize(name: SizeName, size: number): void {
    this.change({ [name]: Math.round(within(size, SIZES) * 10) / 10 });
  }

  /** So many steps larger, or smaller when negative; at least one pixel a step while small. */
  resize(name: SizeName, steps: number): void {
    const before = this.now[name];
    const scaled = before * FACTOR ** steps;
    const least = before + Math.sign(steps) * Math.min(Math.abs(steps), 1);
    this.setSize(name, steps > 0 ? Math.max(scaled, least) : Math.min(scaled, least));
  }

  setTolerance(tolerance: number): void {
    this.change({ tolerance: Math.round(within(tolerance, TOLERANCES)) });
  }

  setMode(mode: DrawMode): void {
    this.change({ mode });
  }

  /** The mode, or plain drawing when it was on already. */
  toggleMode(mode: DrawMode): void {
    this.change({ mode: this.now.mode === mode ? "replace" : mode });
  }

  private change(part: Partial<ToolSettings>): void {
    this.state.update((state) => ({ ...state, ...part }));
    const { brush, sculpt, tolerance } = this.now;
    try {
      localStorage.setItem(KEPT, JSON.stringify({ brush, sculpt, tolerance }));
    } catch {
      // a browser that keeps nothing still draws
    }
  }
}

function within(value: number, { least, most }: { least: number; most: number }): number {
  return Math.min(Math.max(value, least), most);
}

function remembered(): Partial<ToolSettings> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const { brush, sculpt, tolerance } = kept as Record<string, unknown>;
    return {
      ...(isNumber(brush) ? { brush: within(brush, SIZES) } : {}),
      ...(isNumber(sculpt) ? { sculpt: within(sculpt, SIZES) } : {}),
      ...(isNumber(tolerance) ? { tolerance: within(tolerance, TOLERANCES) } : {}),
    };
  } catch {
    return {};
  }
}

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
