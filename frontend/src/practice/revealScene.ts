import type { Ghost, Layer, Scene } from "../annotator/view/scene";
import type { Reveal } from "../api/practice";
import { type Contour, isContour, type Mask, type Point, parseShape } from "../geometry";

export type OverlayName = "answer" | "expert" | "consensus" | "model" | "heat";

/** What of a reveal is switched on. */
export type Shown = ReadonlySet<OverlayName>;

/** Mild to bad: drawn too much in oranges, left out in blues; told apart without red and green. */
const HEAT = {
  extra: ["#fbd9a6", "#f6a657", "#e8701a", "#a83c00"],
  missing: ["#c3dcfb", "#7fb1ef", "#3f7fdc", "#1a4aa8"],
} as const;
export const ANSWER_COLOUR = "#f5f5f5";
export const CONSENSUS_COLOUR = "#cc79a7";

/** Where the server's bands begin. */
const BANDS = { mm: [0, 0.5, 1, 2], px: [0, 4, 8, 16] } as const;

export function heatColour({ side, unit, least }: Omit<Reveal["heat"][number], "mask">): string {
  const rank = BANDS[unit].findLastIndex((edge) => edge <= least);
  return HEAT[side][Math.max(rank, 0)] as string;
}

/** The overlays that a reveal has anything for, in the order of their keys. */
export function overlaysOf(reveal: Reveal): OverlayName[] {
  const names: OverlayName[] = [];
  if (reveal.answer.absent !== true && reveal.mode !== "name" && reveal.mode !== "scan") {
    names.push("answer");
  }
  names.push("expert");
  if (reveal.consensus !== null) names.push("consensus");
  if (reveal.model !== null) names.push("model");
  if (reveal.heat.length > 0) names.push("heat");
  return names;
}

/** How an overlay looks in the picture, for a legend; null for one that has a legend of its own. */
export function swatchOf(
  name: OverlayName,
  structureColour: string,
): { colour: string; line: "solid" | "dashed" | "filled" } | null {
  switch (name) {
    case "answer":
      return { colour: ANSWER_COLOUR, line: "solid" };
    case "expert":
      return { colour: structureColour, line: "filled" };
    case "consensus":
      return { colour: CONSENSUS_COLOUR, line: "solid" };
    case "model":
      return { colour: structureColour, line: "dashed" };
    case "heat":
      return null;
  }
}

/** The picture of a reveal: the expert filled, the consensus outlined, the model dashed, one's own
 * answer in white, and over all of it where it went wrong. */
export function revealScene(reveal: Reveal, shown: Shown, mark: Point | null): Scene {
  const { structure } = reveal;
  const layers: Layer[] = [];
  const add = (key: string, colour: string, name: string, fill: number, shapes: unknown[]) => {
    for (const [i, shape] of shapesOf(shapes).entries()) {
      layers.push({ key: `${key}-${i}`, channel: layers.length + 1, colour, name, shape, fill });
    }
  };
  // the label image knows one layer a pixel: what is only outlined comes below what is filled
  if (shown.has("consensus") && reveal.consensus !== null) {
    add("consensus", CONSENSUS_COLOUR, "Consensus", 0, reveal.consensus.shapes);
  }
  if (shown.has("answer") && reveal.answer.shape !== undefined) {
    add("answer", ANSWER_COLOUR, "Your answer", 0, [reveal.answer.shape]);
  }
  if (shown.has("expert")) {
    add("expert", structure.colour, structure.name, 0.8, reveal.expert.shapes);
  }
  if (shown.has("heat")) {
    for (const band of reveal.heat) {
      add(`heat-${band.side}-${band.least}`, heatColour(band), "", 1, [band.mask]);
    }
  }
  const ghosts: Ghost[] =
    shown.has("model") && reveal.model !== null
      ? shapesOf(reveal.model.shapes).map((shape, i) => ({
          key: `model-${i}`,
          colour: structure.colour,
          shape,
        }))
      : [];
  const clicked = shown.has("answer") ? placeOf(reveal) : null;
  return {
    layers,
    ghosts,
    overlay: [...shown].sort().join(" ") || "none",
    ...(clicked === null ? {} : { knobs: { points: [clicked], active: 0 } }),
    ...(mark === null ? {} : { brush: { at: mark, radius: 1, isErasing: false } }),
  };
}

/** Where the person clicked. */
export function placeOf({ answer }: Reveal): Point | null {
  return answer.x === undefined || answer.y === undefined ? null : [answer.x, answer.y];
}

function shapesOf(stored: readonly unknown[]): (Contour | Mask)[] {
  return stored.flatMap((one) => {
    const shape = parseShape(one);
    return isContour(shape) || shape.kind === "mask" ? [shape as Contour | Mask] : [];
  });
}
