import { beforeEach, describe, expect, it } from "vitest";
import { at, drag } from "../annotator/tools/bench.fixture";
import type { Reveal } from "../api/practice";
import type { Structure } from "../api/types";
import { contour, isContour, type Point } from "../geometry";
import { PointTool } from "./pointTool";
import { PracticeBench } from "./practiceBench";
import { overlaysOf, revealScene, swatchOf } from "./revealScene";
import { outcomeSentence, shareWords } from "./words";

const MEDIAN: Structure = {
  id: "median",
  code: "median",
  name: "Median nerve",
  kind: "nerve",
  colour: "#009e73",
  channel: 4,
};
const SIZE = { width: 100, height: 80 };
const SQUARE: Point[] = [
  [10, 10],
  [30, 10],
  [30, 30],
  [10, 30],
];

const reveal = (part: Partial<Reveal>): Reveal => ({
  id: "a",
  question: "q",
  mode: "delineate",
  clip: "c",
  first_frame: 3,
  last_frame: 3,
  structure: MEDIAN,
  number: 1,
  committed_at: "2026-01-01T00:00:00Z",
  answer: { shape: contour("polygon", SQUARE) as unknown as Reveal["expert"]["shapes"][number] },
  outcome: "hit",
  is_found: true,
  is_first_look: true,
  score: {
    dice: 0.8,
    mean_distance_px: 2,
    mean_distance_mm: null,
    hd95_px: 4,
    hd95_mm: null,
    distance_px: null,
    distance_mm: null,
    seconds: null,
  },
  due_at: "2026-01-02T00:00:00Z",
  note: "",
  revision: 1,
  expert: { whose: "Expert", shapes: [{ kind: "polygon", points: SQUARE.map((p) => [...p]) }] },
  consensus: null,
  model: { whose: "Starter 2", shapes: [] },
  heat: [
    {
      side: "extra",
      least: 0,
      most: 4,
      unit: "px",
      mask: { kind: "mask", x: 1, y: 1, width: 1, height: 1, counts: [0, 1] },
    },
  ],
  yardstick: { dice: 0.48, readers: 1, is_of_frame: false },
  spans: [],
  taken_for: null,
  ...part,
});

describe("drawing an answer", () => {
  let bench: PracticeBench;
  beforeEach(() => {
    localStorage.clear();
    bench = new PracticeBench(MEDIAN, SIZE);
  });

  const drawSquare = () => {
    for (const [x, y] of SQUARE) drag(bench.tool, [x, y]);
    return bench.finished();
  };

  it("finishes the line that is being drawn when the answer is sent", () => {
    const shape = drawSquare();
    expect(shape !== null && isContour(shape) && shape.points).toHaveLength(4);
    expect(bench.state.snapshot().tool).toBe("edit");
  });

  it("takes strokes back and does them again", () => {
    drawSquare();
    bench.clear();
    expect(bench.shape).toBeNull();
    bench.undo();
    expect(bench.shape).not.toBeNull();
    bench.undo();
    expect([bench.shape, bench.state.snapshot().canUndo]).toEqual([null, false]);
    bench.redo();
    expect(bench.shape).not.toBeNull();
  });

  it("paints with the annotator's brush and erases with its eraser", () => {
    bench.chooseTool("brush");
    drag(bench.tool, [40, 40], [60, 40]);
    expect(bench.shape?.kind).toBe("mask");
    bench.options.setSize("brush", 200);
    bench.chooseTool("eraser");
    drag(bench.tool, [30, 40], [70, 40]);
    expect(bench.shape).toBeNull();
  });
});

describe("clicking an answer", () => {
  it("moves the mark, keeps it inside the picture and gives it back to a second finger", () => {
    let place: Point | null = null;
    const tool = new PointTool(
      () => place,
      (to) => {
        place = to;
      },
      SIZE,
    );
    drag(tool, [20, 20], [25, 22], [300, 22]);
    expect(place).toEqual([25, 22]);
    tool.pointerDown(at(50, 50));
    tool.interrupt();
    expect(place).toEqual([25, 22]);
    tool.key("Delete");
    expect(place).toBeNull();
  });
});

describe("the reveal", () => {
  it("offers only what there is, and draws only what is switched on", () => {
    const shown = reveal({});
    expect(overlaysOf(shown)).toEqual(["answer", "expert", "model", "heat"]);
    const keys = (names: string[]) =>
      revealScene(shown, new Set(names) as never, null).layers.map((layer) => layer.key);
    expect(keys(["expert"])).toEqual(["expert-0"]);
    expect(keys(["answer", "expert", "heat"])).toEqual(["answer-0", "expert-0", "heat-extra-0-0"]);
    expect(overlaysOf(reveal({ mode: "name", answer: { structure: "x" }, heat: [] }))).toEqual([
      "expert",
      "model",
    ]);
  });

  it("shows in its legend the colours that it draws with", () => {
    const both = reveal({});
    const { layers } = revealScene(both, new Set(["answer", "expert"]), null);
    for (const name of ["answer", "expert"] as const) {
      const drawn = layers.filter(({ key }) => key.startsWith(name));
      expect(drawn.length).toBeGreaterThan(0);
      const swatch = swatchOf(name, both.structure.colour);
      for (const { colour, fill } of drawn) {
        expect(colour).toBe(swatch?.colour);
        expect((fill ?? 0) > 0).toBe(swatch?.line === "filled");
      }
    }
    expect(swatchOf("heat", both.structure.colour)).toBeNull();
  });

  it("says in a sentence how far off an answer was, and for what it was taken", () => {
    const ulnar = { ...MEDIAN, id: "ulnar", name: "Ulnar nerve" };
    const missed = reveal({
      mode: "find",
      outcome: "missed",
      is_found: false,
      score: { ...reveal({}).score, distance_mm: 3.24, distance_px: 30 },
      taken_for: ulnar,
    });
    expect(outcomeSentence(missed)).toBe(
      "Your click lies 3.2 mm beside it. What you chose is the ulnar nerve.",
    );
    const late = reveal({
      mode: "scan",
      outcome: "late",
      score: { ...missed.score, seconds: 0.4 },
    });
    expect(outcomeSentence(late)).toBe("It was last to be seen 0.4 s earlier.");
    const drawn = (dice: number) =>
      reveal({ outcome: "missed", score: { ...missed.score, dice }, taken_for: null });
    expect(outcomeSentence(drawn(0.2))).toMatch("no more than a quarter");
    expect(outcomeSentence(drawn(0))).toBe("What you drew lies beside the median nerve.");
  });

  it("gives a share with its interval, and a dash of nothing", () => {
    expect(shareWords({ count: 3, total: 4, value: 0.75, low: 0.3, high: 0.954 })).toBe(
      "3\u00a0of\u00a04: 75\u00a0% (30\u00a0to 95\u00a0%)",
    );
    expect(shareWords({ count: 0, total: 0, value: null, low: null, high: null })).toBe("–");
  });
});
