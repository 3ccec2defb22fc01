import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { keys } from "../api/keys";
import type { Project, TrainingRun } from "../api/types";
import { RunPage } from "./RunPage";

const PROJECT = {
  id: "p1",
  role: "expert",
  procedure: { structures: [] },
} as unknown as Project;

const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

const RUN = {
  id: "r1",
  project: "p1",
  snapshot: "s1",
  number: 3,
  recipe: "tiny",
  state: "paused",
  error: "",
  note: "",
  seed: 7,
  metrics: {},
  fold_count: 2,
  epoch_count: 10,
  created_at: hoursAgo(5),
  finished_at: null,
  model_version_id: null,
  start_from: null,
  empty_weight: 1,
  is_worker_missing: false,
  folds: [],
} as unknown as TrainingRun;

function show(changes: Partial<TrainingRun> = {}): string {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  queries.setQueryData(keys.run("r1"), { ...RUN, ...changes });
  queries.setQueryData(keys.recipes, []);
  queries.setQueryData(keys.snapshots("p1"), []);
  render(
    <QueryClientProvider client={queries}>
      <MantineProvider>
        <RunPage project={PROJECT} runId="r1" />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return screen.getByText(/seed 7/).textContent ?? "";
}

describe("The head of a run's page", () => {
  it("lets no time grow while the run is paused", () => {
    expect(show()).toMatch(/· started 5 h ago, paused$/);
  });

  it("tells how long one that goes on has run", () => {
    expect(show({ state: "running" })).toMatch(/· running for 5 h$/);
  });

  it("tells how long one took that has ended", () => {
    expect(show({ state: "cancelled", finished_at: hoursAgo(3) })).toMatch(
      /· started 5 h ago, took 2 h$/,
    );
  });

  it("names the weight of empty frames where it is not 1", () => {
    expect(show({ empty_weight: 0.25 })).toContain("seed 7 · weight of empty frames 0.25");
  });

  it("names no weight where it is", () => {
    expect(show()).not.toContain("empty frames");
  });
});

describe("The outlook on its page", () => {
  it("says that no worker trains, and no time left", () => {
    const fold = {
      index: 0,
      state: "queued",
      progress: 0,
      message: "",
      error: "",
      note: "",
      is_stranded: false,
      epochs: [],
    } as unknown as TrainingRun["folds"][number];
    show({ state: "running", is_worker_missing: true, folds: [fold] });
    expect(screen.getByLabelText("Progress of the run").textContent).toContain(
      "No worker trains at the moment: start one with “make run”",
    );
  });
});
