import { describe, expect, it, vi } from "vitest";
import { colourDoubt, DoubtHeat } from "./doubtHeat";

const picture = {} as CanvasImageSource;

describe("the layer of doubt", () => {
  it("asks for nothing until it is shown, and then once for each frame", async () => {
    const heat = new DoubtHeat();
    const read = vi.fn(async () => picture);
    heat.set(read);
    expect(heat.at(3)).toBeNull();
    expect(read).not.toHaveBeenCalled();
    heat.toggle();
    heat.at(3);
    heat.at(3);
    await vi.waitFor(() => expect(heat.at(3)).toEqual({ frame: 3, picture }));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it("draws nothing on a frame without doubt, and forgets with the suggestion", async () => {
    const heat = new DoubtHeat();
    const read = vi.fn(async () => null);
    heat.set(read);
    heat.toggle();
    heat.at(0);
    await vi.waitFor(() => expect(heat.state.snapshot().come).toBe(2));
    expect(heat.at(0)).toBeNull();
    expect(read).toHaveBeenCalledTimes(1);
    heat.set(null);
    expect(heat.isAvailable).toBe(false);
  });

  it("says that a map could not be had, and asks again", async () => {
    const heat = new DoubtHeat();
    const read = vi.fn().mockRejectedValueOnce(new Error("away")).mockResolvedValue(picture);
    heat.set(read);
    heat.toggle();
    heat.at(1);
    await vi.waitFor(() => expect(heat.state.snapshot().failed).toBe(true));
    heat.at(1);
    await vi.waitFor(() => expect(heat.at(1)?.picture).toBe(picture));
    expect(heat.state.snapshot().failed).toBe(false);
  });

  it("is clear where there is no doubt and red where it is greatest", () => {
    const pixels = new Uint8ClampedArray([0, 0, 0, 255, 255, 255, 255, 255]);
    colourDoubt(pixels);
    expect(pixels[3]).toBe(0);
    expect([...pixels.slice(4)]).toEqual([255, 0, 40, 215]);
  });
});
