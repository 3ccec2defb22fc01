import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import type { Breakdown } from "../api/types";
import { FramePlot } from "./FramePlot";
import {
  type FrameDice,
  frameDice,
  nearestPlace,
  saidOf,
  stretches,
  worstPlace,
} from "./frameDice";

const FRAMES: readonly FrameDice[] = [
  { frame: 2, dice: 0.9, alone: 0, compared: 1 },
  { frame: 3, dice: 0.5, alone: 0, compared: 1 },
  { frame: 4, dice: null, alone: 0, compared: 1 },
  { frame: 5, dice: 0, alone: 1, compared: 1 },
  { frame: 9, dice: 0.25, alone: 1, compared: 3 },
];

describe("Dice of each frame", () => {
  it("is null where nobody shows the structure, which is not zero", () => {
    const row = { name: "7", compared: 2, neither: 2, only_first: 0, only_second: 0, both: 0 };
    const rows: Breakdown[] = [
      { ...row, figures: { dice: null } },
      { ...row, name: "8", neither: 0, only_first: 1, only_second: 1, figures: { dice: 0 } },
    ];
    expect(frameDice(rows)).toEqual([
      { frame: 7, dice: null, alone: 0, compared: 2 },
      { frame: 8, dice: 0, alone: 2, compared: 2 },
    ]);
  });

  it("is drawn in stretches, so that no line spans what has none", () => {
    expect(stretches(FRAMES)).toEqual([
      [
        [2, 0.9],
        [3, 0.5],
      ],
      [[5, 0]],
      [[9, 0.25]],
    ]);
  });

  it("begins at the worst frame, and finds the one nearest to the pointer", () => {
    expect(worstPlace(FRAMES)).toBe(3);
    expect(worstPlace(FRAMES.slice(2, 3))).toBe(0);
    expect([0, 4, 6.9, 7.1, 50].map((frame) => nearestPlace(FRAMES, frame))).toEqual([
      0, 2, 3, 4, 4,
    ]);
  });

  it("is said in words", () => {
    expect(FRAMES.map(saidOf)).toEqual([
      "Frame 2: Dice 0.90",
      "Frame 3: Dice 0.50",
      "Frame 4: nobody shows it",
      "Frame 5: Dice 0.00, only one shows it",
      "Frame 9: Dice 0.25, only one shows it in 1 of 3",
    ]);
  });
});

/** jsdom has no pointer events. */
class Pointer extends MouseEvent {
  readonly pointerType: string;

  constructor(type: string, init: PointerEventInit = {}) {
    super(type, init);
    this.pointerType = init.pointerType ?? "";
  }
}
vi.stubGlobal("PointerEvent", Pointer);

function shown() {
  const open = vi.fn<(frame: number) => void>();
  function Shown() {
    const [at, setAt] = useState(0);
    return <FramePlot frames={FRAMES} at={at} colour="#fff" onPoint={setAt} onOpen={open} />;
  }
  render(
    <MantineProvider>
      <Shown />
    </MantineProvider>,
  );
  const plot = screen.getByRole("slider", { name: "Frame" });
  // frames 2 to 9, 10 pixels each
  plot.getBoundingClientRect = () => ({ left: 100, width: 80 }) as DOMRect;
  return { open, plot };
}

describe("the plot of a clip's frames", () => {
  it("is walked by keys over what was compared, and Enter opens a frame", () => {
    const { open, plot } = shown();
    fireEvent.keyDown(plot, { key: "End" });
    expect(plot.getAttribute("aria-valuenow")).toBe("9");
    fireEvent.keyDown(plot, { key: "ArrowRight" });
    fireEvent.keyDown(plot, { key: "ArrowLeft" });
    expect(plot.getAttribute("aria-valuetext")).toBe("Frame 5: Dice 0.00, only one shows it");
    fireEvent.keyDown(plot, { key: "Enter" });
    expect(open.mock.calls).toEqual([[5]]);
  });

  it("opens the frame that is clicked; a finger only chooses it", () => {
    const { open, plot } = shown();
    const at = { clientX: 115, button: 0 };
    fireEvent.pointerDown(plot, { ...at, pointerType: "touch" });
    fireEvent.pointerUp(plot, { ...at, pointerType: "touch" });
    expect(plot.getAttribute("aria-valuenow")).toBe("3");
    expect(open).not.toHaveBeenCalled();
    fireEvent.pointerUp(plot, { clientX: 175, button: 0, pointerType: "mouse" });
    expect(open.mock.calls).toEqual([[9]]);
  });
});
