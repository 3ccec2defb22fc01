import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as client from "../api/client";
import type { Fold } from "../api/types";
import { FoldRow } from "./FoldRow";

function withDice(...dice: (number | null)[]): Fold["epochs"] {
  return dice.map((each, number) => ({
    number: number + 1,
    seconds: 6,
    loss: 0.5,
    held_out_loss: 0.5,
    held_out_dice: { nerve: each, vessel: each },
  }));
}

const FOLD = {
  index: 1,
  state: "running",
  progress: 0.01,
  message: "Epoch 6 of 10, fold 2 of 2",
  error: "",
  note: "",
  job: "j1",
  is_stranded: false,
  epochs: withDice(0.1, 0.4, 0.5, 0.5, 0.6),
} as unknown as Fold;

function show(fold: Fold): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <FoldRow runId="r1" fold={fold} epochCount={10} />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

afterEach(() => vi.restoreAllMocks());

describe("A fold's row", () => {
  it("shows the log that whoever sees the run may read", async () => {
    const get = vi
      .spyOn(client, "get")
      .mockResolvedValue({ state: "done", log: "Epoch 5 of 10: loss 0.5\n" });
    show(FOLD);
    fireEvent.click(screen.getByRole("button", { name: "Show the log of fold 2" }));
    expect((await screen.findByLabelText("End of the log")).textContent).toBe(
      "Epoch 5 of 10: loss 0.5",
    );
    expect(get.mock.calls.map(([path]) => path)).toEqual(["/api/training-runs/r1/folds/1/log/"]);
  });

  it("keeps the epochs that are done on its bar while a worker takes it up", () => {
    show(FOLD);
    expect(screen.getByLabelText("Fold 2: 48 %")).toBeTruthy();
    expect(screen.getAllByText(FOLD.message)).not.toEqual([]);
  });

  it.each([
    { dice: [0, 0, 0, 0.001, 0], isTold: true },
    { dice: [0.4, 0, 0, 0, 0, 0], isTold: true },
    { dice: [0, 0, 0, 0, 0, 0.1], isTold: false },
    { dice: [0, 0, 0, 0], isTold: false },
    { dice: [null, null, null, null, null], isTold: false },
  ])("tells of a network that finds nothing: $dice, $isTold", ({ dice, isTold }) => {
    show({ ...FOLD, epochs: withDice(...dice) });
    expect(screen.queryByText(/^Finds next to nothing/) !== null).toBe(isTold);
  });

  it("says that its worker is gone in place of what that said last", () => {
    show({ ...FOLD, is_stranded: true });
    expect(screen.getAllByText("Its worker is gone; it waits for another.")).not.toEqual([]);
    expect(screen.queryByText(FOLD.message)).toBeNull();
  });
});
