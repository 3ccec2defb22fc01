import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Player } from "../../frames";
import { LoopRange, movedEnd, partFrom } from "./LoopRange";

const COUNT = 100;

function shown() {
  const player = new Player({
    times: Array.from({ length: COUNT }, (_, index) => index / 25),
    isReady: () => true,
    seek: () => undefined,
  });
  player.setRange({ first: 20, last: 40 });
  const page = render(
    <MantineProvider>
      <LoopRange player={player} />
    </MantineProvider>,
  );
  const range = () => player.snapshot().range;
  return { player, page, range };
}

describe("the part of a clip that is played", () => {
  it("is changed at either end by keys, which do not reach the page", () => {
    const { range } = shown();
    let reached = 0;
    const heard = () => {
      reached++;
    };
    window.addEventListener("keydown", heard);
    const first = screen.getByRole("slider", { name: "First frame that is played" });
    const last = screen.getByRole("slider", { name: "Last frame that is played" });
    fireEvent.keyDown(first, { key: "ArrowRight" });
    fireEvent.keyDown(last, { key: "ArrowLeft", shiftKey: true });
    expect(range()).toEqual({ first: 21, last: 30 });
    fireEvent.keyDown(first, { key: "End" });
    expect(range()).toEqual({ first: 29, last: 30 });
    fireEvent.keyDown(last, { key: "End" });
    expect(range()).toEqual({ first: 29, last: COUNT - 1 });
    expect(last.getAttribute("aria-valuenow")).toBe("99");
    expect(reached).toBe(0);
    fireEvent.keyDown(last, { key: "k" });
    expect(reached).toBe(1);
    window.removeEventListener("keydown", heard);
  });

  it("is the whole clip again by its button", () => {
    const { range } = shown();
    fireEvent.click(screen.getByRole("button", { name: "Play the whole clip" }));
    expect(range()).toBeNull();
    expect(screen.queryByTestId("loop-range")).toBeNull();
  });

  it("keeps two frames of the clip wherever an end is dragged", () => {
    for (const end of ["first", "last"] as const) {
      for (let first = 0; first < 12; first++) {
        for (let last = first + 1; last < 12; last++) {
          for (let to = -3; to < 16; to++) {
            const after = movedEnd({ first, last }, end, to, 12);
            expect(after.first >= 0 && after.last < 12 && after.last > after.first).toBe(true);
            expect(end === "first" ? after.last : after.first).toBe(end === "first" ? last : first);
            if (to >= 0 && to < 12 && (end === "first" ? to < last : to > first)) {
              expect(after[end]).toBe(to);
            }
          }
        }
      }
    }
  });

  it("begins as a tenth of the clip that holds the frame shown", () => {
    for (const count of [3, 4, 9, 40, 300, 3777]) {
      for (const index of [0, 1, count >> 1, count - 2, count - 1]) {
        const { first, last } = partFrom(index, count);
        expect(first >= 0 && last < count && first <= index && index <= last).toBe(true);
        expect(last - first + 1).toBe(Math.max(2, Math.round(count / 10)));
      }
    }
  });
});
