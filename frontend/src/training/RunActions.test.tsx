import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import * as training from "../api/training";
import type { TrainingRun } from "../api/types";
import { RunActions } from "./RunActions";

const FAILED = { id: "r1", project: "p1", number: 3, state: "failed" } as TrainingRun;

function show(run: TrainingRun, isAdmin: boolean): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <RunActions run={run} isAdmin={isAdmin} />
      </MantineProvider>
    </QueryClientProvider>,
  );
}

const names = () => screen.queryAllByRole("button").map(({ textContent }) => textContent);

describe("What can be done with a run", () => {
  it("lets an admin try a failed one again", async () => {
    const retry = vi.spyOn(training, "retryRun").mockResolvedValue(FAILED);
    show(FAILED, true);
    expect(names()).toEqual(["Try again"]);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(retry).toHaveBeenCalledWith("r1"));
  });

  it("is pausing and cancelling while it goes on, and nothing for who only reads it", () => {
    show({ ...FAILED, state: "running" }, true);
    expect(names()).toEqual(["Pause", "Cancel run"]);
    show(FAILED, false);
    expect(names()).toEqual(["Pause", "Cancel run"]);
  });
});
