import { beforeEach, describe, expect, it } from "vitest";
import { type Contour, contour, type Point } from "../../geometry";
import { at, Bench } from "./bench.fixture";
import { ContourTool } from "./contourTool";
import { EditTool } from "./editTool";

const SQUARE: Point[] = [
  [20, 20],
  [80, 20],
  [80, 80],
  [20, 80],
];

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe("drawing a contour", () => {
  const click = (tool: ContourTool, ...places: Point[]) => {
    for (const [x, y] of places) {
      tool.pointerDown(at(x, y));
      tool.pointerUp();
    }
  };

  it("closes on the first point, as one shape through the clicked points", () => {
    const tool = new ContourTool("spline", bench);
    click(tool, ...SQUARE, [23, 18]);
    expect(bench.drawn).toEqual([contour("spline", SQUARE)]);
    expect(tool.preview()).toEqual({});
  });

  it("closes by Enter and by a double click, which adds no point of its own", () => {
    const tool = new ContourTool("polygon", bench);
    click(tool, ...SQUARE);
    tool.key("Enter");
    click(tool, ...SQUARE, [20, 80]);
    tool.doubleClick();
    expect(bench.drawn.map((one) => one.points.length)).toEqual([4, 4]);
  });

  it("takes points back, forgets on Escape and never makes a shape of two points", () => {
    const tool = new ContourTool("spline", bench);
    click(tool, ...SQUARE);
    tool.key("Backspace");
    tool.key("Backspace");
    tool.key("Enter");
    expect(bench.drawn).toEqual([]);
    click(tool, ...SQUARE);
    tool.key("Escape");
    tool.key("Enter");
    expect(bench.drawn).toEqual([]);
    expect(tool.key("Backspace")).toBe(false);
  });
});

describe("editing", () => {
  let tool: EditTool;
  const shape = () => bench.shapes[0]?.shape as Contour;
  beforeEach(() => {
    bench.shapes = [
      {
        track: "t",
        structure: "s",
        shape: contour("polygon", SQUARE, [true, false, false, false]),
        isLocked: false,
      },
    ];
    tool = new EditTool(bench);
  });

  it("selects on a press inside and deselects outside, without moving anything", () => {
    tool.pointerDown(at(50, 50));
    tool.pointerUp();
    expect(bench.chosen).toBe("t");
    tool.pointerDown(at(150, 150));
    tool.pointerUp();
    expect(bench.chosen).toBeNull();
    expect(bench.labels).toEqual([]);
  });

  it("makes one stroke of dragging a point, however many moves it took", () => {
    bench.chosen = "t";
    tool.pointerDown(at(81, 79));
    for (let step = 1; step <= 30; step++) tool.pointerMove(at(81 + step, 79 + step));
    expect(bench.labels).toEqual([]);
    tool.pointerUp();
    expect(bench.labels).toEqual(["Move point"]);
    expect(shape().points[2]).toEqual([110, 110]);
    expect(shape().uncertain).toEqual([true, false, false, false]);
  });

  it("moves the whole shape, and nothing after Escape", () => {
    bench.chosen = "t";
    tool.pointerDown(at(50, 50));
    tool.pointerMove(at(60, 45));
    tool.key("Escape");
    tool.pointerUp();
    expect(bench.labels).toEqual([]);
    tool.pointerDown(at(50, 50));
    tool.pointerMove(at(60, 45));
    tool.pointerUp();
    expect(shape().points).toEqual(SQUARE.map(([x, y]) => [x + 10, y - 5]));
  });

  it("adds a point on the curve, keeping which segments are uncertain", () => {
    bench.chosen = "t";
    tool.doubleClick(at(50, 21));
    expect(shape().points[1]).toEqual([50, 20]);
    expect(shape().uncertain).toEqual([true, true, false, false, false]);
    tool.pointerDown(at(80, 50, { isAlt: true }));
    tool.pointerUp();
    expect(shape().points).toHaveLength(6);
  });

  it("removes a point by right click or Delete, and the shape when three are left", () => {
    bench.chosen = "t";
    tool.secondary(at(80, 80));
    expect(shape().points).toEqual([SQUARE[0], SQUARE[1], SQUARE[3]]);
    tool.pointerDown(at(20, 80));
    tool.pointerUp();
    tool.key("Delete");
    expect(bench.removed).toEqual(["t"]);
  });

  it("marks a segment uncertain and certain again", () => {
    bench.chosen = "t";
    tool.pointerDown(at(80, 50, { isShift: true }));
    expect(shape().uncertain).toEqual([true, true, false, false]);
    tool.pointerDown(at(50, 20, { isShift: true }));
    expect(shape().uncertain).toEqual([false, true, false, false]);
  });

  it("leaves a locked shape alone", () => {
    bench.shapes = bench.shapes.map((one) => ({ ...one, isLocked: true }));
    bench.chosen = "t";
    tool.pointerDown(at(80, 80));
    tool.pointerMove(at(120, 120));
    tool.pointerUp();
    tool.key("Delete");
    expect(bench.labels).toEqual([]);
    expect(bench.removed).toEqual([]);
  });
});
