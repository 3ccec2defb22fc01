import { beforeEach, describe, expect, it } from "vitest";
import {
  area,
  type Contour,
  centroid,
  contains,
  contour,
  dice,
  EMPTY_MASK,
  ellipseContour,
  ellipseOf,
  isEmptyMask,
  type Mask,
  type Point,
  pixelCount,
  shapeMask,
} from "../../geometry";
import { allTools, TOOL_NAMES } from "./allTools";
import { at, Bench, drag } from "./bench.fixture";
import { BrushTool } from "./brushTool";
import { EditTool } from "./editTool";
import { EllipseTool } from "./ellipseTool";
import { WithPenEraser } from "./penEraser";
import { SculptTool } from "./sculptTool";
import { TransformTool } from "./transformTool";

const SQUARE: Point[] = [
  [40, 30],
  [100, 30],
  [100, 90],
  [40, 90],
];
const square = contour("polygon", SQUARE);

let bench: Bench;
beforeEach(() => {
  localStorage.clear();
  bench = new Bench();
});

const shapeNow = () => bench.shapes[0]?.shape;
const squareMask = () => shapeMask(square, bench.width, bench.height);

describe.each(TOOL_NAMES)("the %s tool", (name) => {
  it("changes nothing when a stroke is cancelled, or when what is chosen is locked", () => {
    bench.put(square, "t", true);
    bench.isLocked = true;
    bench.gray = new Uint8Array(bench.width * bench.height);
    const tool = allTools(bench)[name];
    tool.activate();
    drag(tool, [50, 50], [60, 60], [70, 50]);
    tool.deactivate();
    bench.shapes = [];
    bench.put(square);
    bench.isLocked = false;
    tool.activate();
    tool.pointerDown(at(50, 50));
    tool.pointerMove(at(70, 60));
    tool.cancelStroke();
    tool.deactivate();
    expect([bench.labels, bench.drawn, bench.painted, bench.removed]).toEqual([[], [], [], []]);
    expect(tool.preview().replaced).toBeUndefined();
  });
});

describe("painting", () => {
  it("adds a round spot to nothing, as one stroke", () => {
    bench.options.setSize("brush", 20);
    drag(new BrushTool("brush", bench), [60, 60]);
    expect(bench.painted).toHaveLength(1);
    expect(bench.painted[0]?.subject.track).toBeNull();
    expect(pixelCount(bench.painted[0]?.mask as Mask)).toBeCloseTo(Math.PI * 100, -1.2);
  });

  it("paints the whole way between two places of the pointer, as one stroke", () => {
    bench.put(square);
    bench.options.setSize("brush", 10);
    drag(new BrushTool("brush", bench), [70, 60], [150, 60]);
    const [painted] = bench.painted;
    const expected = area(square) + 50 * 10 + (Math.PI * 25) / 2;
    expect(bench.painted).toHaveLength(1);
    expect(painted?.label).toBe("Brush");
    expect(Math.abs(pixelCount(painted?.mask as Mask) - expected)).toBeLessThan(15);
  });

  it("erases with the eraser, with Alt, and down to nothing", () => {
    bench.put(squareMask());
    bench.options.setSize("brush", 20);
    drag(new BrushTool("eraser", bench), [70, 60]);
    drag(new BrushTool("brush", bench), [70, 60, { isAlt: true }]);
    bench.options.setSize("brush", 300);
    drag(new BrushTool("eraser", bench), [70, 60]);
    const [first, second, third] = bench.painted.map((one) => one.mask);
    expect(first).toEqual(second);
    expect(area(square) - pixelCount(first as Mask)).toBeCloseTo(Math.PI * 100, -1.2);
    expect(third).toEqual(EMPTY_MASK);
  });

  it("makes no stroke of one that changes no pixel", () => {
    bench.put(squareMask());
    drag(new BrushTool("brush", bench), [70, 60], [72, 60]);
    drag(new BrushTool("eraser", bench), [140, 110]);
    expect(bench.painted).toEqual([]);
  });

  it("is as wide as a pen is pressed", () => {
    bench.options.setSize("brush", 40);
    const spot = (pressure: number) => {
      drag(new BrushTool("brush", bench), [80, 60, { pressure }]);
      return pixelCount(bench.painted.at(-1)?.mask as Mask);
    };
    const [hard, soft] = [spot(1), spot(0.5)];
    expect(hard / soft).toBeGreaterThan(3.6);
    expect(hard / soft).toBeLessThan(4.4);
  });

  it("tells which pixels have changed since it was last asked, and no others", () => {
    bench.options.setSize("brush", 10);
    const tool = new BrushTool("brush", bench);
    tool.pointerDown(at(30, 30));
    const { painting } = tool.preview();
    expect(painting?.takeDirty()).toEqual({ left: 25, top: 25, right: 35, bottom: 35 });
    expect(painting?.takeDirty()).toBeNull();
    tool.pointerMove(at(40, 30));
    expect(painting?.takeDirty()).toEqual({ left: 25, top: 25, right: 45, bottom: 35 });
  });

  it("takes the size from wheel and keys, within bounds, and remembers it", () => {
    const tool = new BrushTool("brush", bench);
    const before = bench.options.now.brush;
    tool.wheel(1);
    expect(bench.options.now.brush).toBeGreaterThan(before);
    for (let step = 0; step < 99; step++) tool.wheel(-1);
    expect(bench.options.now.brush).toBe(1);
    expect(new Bench().options.now.brush).toBe(1);
  });
});

describe("the threshold brush", () => {
  /** A bright disc with another beside it, on a dark ground. */
  beforeEach(() => {
    bench.gray = Uint8Array.from({ length: bench.width * bench.height }, (_, i) => {
      const [x, y] = [(i % bench.width) + 0.5, Math.floor(i / bench.width) + 0.5];
      const isIn = (cx: number) => Math.hypot(x - cx, y - 60) < 15;
      return isIn(60) || isIn(100) ? 200 : 40;
    });
    bench.options.setTolerance(20);
  });

  it("sticks to the grey under the pointer and does not leap to what is not connected", () => {
    bench.options.setSize("brush", 140);
    drag(new BrushTool("threshold", bench), [60, 60]);
    const mask = bench.painted[0]?.mask as Mask;
    const disc = shapeMask(
      ellipseContour({ centre: [60, 60], first: 15, second: 15, angle: 0 }),
      bench.width,
      bench.height,
    );
    expect(dice(mask, disc)).toBeGreaterThan(0.98);
    expect(contains(mask, 100, 60)).toBe(false);
  });

  it("keeps to the range of where it was put down, for the whole stroke", () => {
    bench.options.setSize("brush", 30);
    drag(new BrushTool("threshold", bench), [60, 60], [100, 60]);
    const mask = bench.painted[0]?.mask as Mask;
    expect(contains(mask, 60.5, 60.5)).toBe(true);
    expect(contains(mask, 100.5, 60.5)).toBe(true);
    expect(contains(mask, 80.5, 60.5)).toBe(false);
  });

  it("paints everything within reach when the tolerance is wide", () => {
    bench.options.setSize("brush", 20);
    bench.options.setTolerance(120);
    bench.gray?.fill(100);
    drag(new BrushTool("threshold", bench), [60, 60]);
    expect(pixelCount(bench.painted[0]?.mask as Mask)).toBeCloseTo(Math.PI * 100, -1.2);
  });

  it("does nothing while the stored picture is not here", () => {
    bench.gray = null;
    drag(new BrushTool("threshold", bench), [60, 60]);
    expect(bench.painted).toEqual([]);
  });
});

describe("sculpting", () => {
  it("pushes the near border along and leaves the far points exactly where they were", () => {
    const round = ellipseContour({ centre: [70, 60], first: 30, second: 30, angle: 0 });
    bench.put(round);
    bench.options.setSize("sculpt", 30);
    drag(new SculptTool(bench), [100, 60], [105, 60], [110, 60]);
    const shape = bench.shapes[0]?.shape as Contour;
    expect(bench.labels).toEqual(["Sculpt"]);
    expect(contains(shape, 107, 60)).toBe(true);
    const left = round.points.filter(([x]) => x < 80);
    for (const point of left) expect(shape.points).toContainEqual(point);
    expect(area(shape)).toBeGreaterThan(area(round));
  });

  it("pushes a mask too, and leaves its far pixels exactly as they were", () => {
    bench.put(squareMask());
    bench.options.setSize("sculpt", 30);
    drag(new SculptTool(bench), [100, 60], [112, 60]);
    const mask = bench.shapes[0]?.shape as Mask;
    expect(mask.kind).toBe("mask");
    expect(contains(mask, 106.5, 60.5)).toBe(true);
    const half = contour("polygon", [
      [0, 0],
      [80, 0],
      [80, 120],
      [0, 120],
    ]);
    const leftOf = (one: Mask) => {
      const window = shapeMask(half, bench.width, bench.height);
      return dice(one, window);
    };
    expect(leftOf(mask) * (pixelCount(mask) + 80 * 120)).toBeCloseTo(
      leftOf(squareMask()) * (3600 + 80 * 120),
      6,
    );
  });

  it("does nothing where no border is in reach, and chooses the shape whose border is", () => {
    bench.put(square, "a");
    bench.chosen = null;
    bench.options.setSize("sculpt", 16);
    drag(new SculptTool(bench), [70, 60], [75, 60]);
    expect(bench.labels).toEqual([]);
    drag(new SculptTool(bench), [98, 60], [94, 60]);
    expect(bench.chosen).toBe("a");
    expect(bench.labels).toEqual(["Sculpt"]);
  });
});

describe("the ellipse", () => {
  it("spans the box dragged, or a circle with Shift, or from the centre with Alt", () => {
    const tool = new EllipseTool(bench);
    drag(tool, [40, 30], [100, 70]);
    drag(tool, [40, 30], [100, 70, { isShift: true }]);
    drag(tool, [70, 60], [100, 80, { isAlt: true }]);
    const [plain, circle, centred] = bench.drawn;
    expect(centroid(plain as Contour)?.map(Math.round)).toEqual([70, 50]);
    expect(area(plain as Contour) / (Math.PI * 30 * 20)).toBeCloseTo(1, 2);
    expect(area(circle as Contour) / (Math.PI * 30 * 30)).toBeCloseTo(1, 2);
    expect(centroid(centred as Contour)?.map(Math.round)).toEqual([70, 60]);
    expect(bench.drawOptions[0]?.keepsTool).toBe(true);
  });

  it("has handles for the axes and the centre, each drag one stroke", () => {
    bench.put(ellipseContour({ centre: [70, 60], first: 30, second: 20, angle: 0 }));
    const tool = new EllipseTool(bench);
    drag(tool, [100, 60], [110, 60]);
    expect(ellipseOf(bench.shapes[0]?.shape as Contour)?.first).toBeCloseTo(40, 6);
    drag(tool, [70, 80], [70, 85, { isShift: true }]);
    drag(tool, [70, 60], [65, 55]);
    const ellipse = ellipseOf(bench.shapes[0]?.shape as Contour);
    expect(ellipse?.second).toBeCloseTo(25, 6);
    expect(ellipse?.centre.map((one) => Math.round(one))).toEqual([65, 55]);
    expect(bench.labels).toEqual(["Change ellipse", "Change ellipse", "Change ellipse"]);
    expect(bench.drawn).toEqual([]);
  });
});

describe("moving, turning and scaling", () => {
  it("moves by dragging inside", () => {
    bench.put(square);
    drag(new TransformTool(bench), [70, 60], [75, 53]);
    expect(bench.labels).toEqual(["Move shape"]);
    const { points } = shapeNow() as Contour;
    expect(points).toEqual(SQUARE.map(([x, y]) => [x + 5, y - 7]));
  });

  it("scales by a corner about the opposite one, keeping proportions", () => {
    bench.put(square);
    drag(new TransformTool(bench), [100, 90], [130, 120]);
    expect(bench.labels).toEqual(["Scale shape"]);
    const { points } = shapeNow() as Contour;
    expect(points[0]).toEqual([40, 30]);
    expect(points[2]).toEqual([130, 120]);
  });

  it("turns by the knob above the box, in steps with Shift", () => {
    bench.put(square);
    drag(new TransformTool(bench), [70, 2], [128, 63, { isShift: true }]);
    expect(bench.labels).toEqual(["Turn shape"]);
    const { points } = shapeNow() as Contour;
    expect(points[0]?.[0]).toBeCloseTo(100, 6);
    expect(points[0]?.[1]).toBeCloseTo(30, 6);
  });

  it("moves a mask exactly and keeps its size when it is turned", () => {
    bench.put(squareMask());
    const tool = new TransformTool(bench);
    drag(tool, [70, 60], [75.2, 52.9]);
    expect(bench.shapes[0]?.shape).toMatchObject({ x: 45, y: 23 });
    drag(tool, [75, -5], [140, 40]);
    const turned = bench.shapes[0]?.shape as Mask;
    expect(pixelCount(turned) / 3600).toBeCloseTo(1, 1);
  });
});

describe("pen and fingers", () => {
  it("erase with the other end of the pen, whatever the tool", () => {
    bench.put(squareMask());
    bench.options.setSize("brush", 20);
    const tool = new WithPenEraser(new EditTool(bench), new BrushTool("eraser", bench));
    drag(tool, [70, 60, { isEraser: true, pressure: 1 }]);
    expect(bench.painted.map((one) => one.label)).toEqual(["Erase"]);
    expect(isEmptyMask(bench.painted[0]?.mask as Mask)).toBe(false);
    drag(tool, [50, 50], [60, 50]);
    expect(bench.labels).toEqual(["Move shape"]);
  });

  it("take back only the last point when a second finger comes", () => {
    const tool = allTools(bench).spline;
    for (const [x, y] of SQUARE) {
      tool.pointerDown(at(x, y, { isTouch: true }));
      tool.pointerUp(at(x, y));
    }
    tool.pointerDown(at(10, 10, { isTouch: true }));
    tool.interrupt?.();
    tool.commit();
    expect(bench.drawn).toEqual([contour("spline", SQUARE)]);
  });
});

describe("shapes put together", () => {
  it("joins or takes off the shape clicked while adding or subtracting is on", () => {
    bench.put(
      contour(
        "polygon",
        SQUARE.map(([x, y]): Point => [x + 50, y]),
      ),
      "b",
    );
    bench.put(square, "a");
    const tool = new EditTool(bench);
    drag(tool, [140, 60]);
    expect(bench.combined).toEqual([]);
    bench.chosen = "a";
    bench.options.toggleMode("subtract");
    drag(tool, [140, 60]);
    expect(bench.combined).toEqual([["a", "b", "subtract"]]);
  });
});
