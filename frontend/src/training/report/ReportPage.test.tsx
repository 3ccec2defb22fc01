import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "../../api/keys";
import type { Project, RunReport } from "../../api/types";
import { ReportPage } from "./ReportPage";

const median = { code: "median", name: "Median nerve", kind: "nerve", colour: "#56B4E9" };
const project = { id: "p", procedure: { structures: [median] } } as unknown as Project;
const figures = { dice: 0.86, hd95_px: 3.2, distances_undefined: 5, distances_defined: 10 };
const contents = {
  title: "Arm: run 7",
  facts: [["Code version", "0.1.0+src.1a2b3c4d5e6f"]],
  structures: [median],
  metrics: {
    pooled: { structures: { median: figures } },
    folds: { "0": { structures: { median: figures } } },
    over_folds: { structures: { median: { dice: { mean: 0.85, deviation: 0.02 } } } },
  },
  frames: 15,
  folds: { "0": { frames: 15 } },
  boxes: { structures: {}, folds: { "0": null } },
  calibration: {},
  confusion: {},
  traits: {},
  readers: {
    source: "a report",
    words: "A model can exceed it.",
    structures: [{ code: "median", dice: 0.818, comparisons: 36 }],
  },
};

async function show(): Promise<void> {
  const queries = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const report = { run: "r", state: "done", made_at: "2026-03-14T09:00:00Z", contents };
  queries.setQueryData(keys.runReport("r"), {
    ...report,
    figures: [],
    gallery: [],
  } as unknown as RunReport);
  const root = createRootRoute({ component: Outlet });
  const page = () => <ReportPage project={project} runId="r" />;
  const routes = [
    createRoute({ getParentRoute: () => root, path: "/", component: page }),
    createRoute({ getParentRoute: () => root, path: "/projects/$projectId/training/$runId" }),
  ];
  const history = createMemoryHistory({ initialEntries: ["/"] });
  const router = createRouter({ routeTree: root.addChildren(routes), history });
  render(
    <MantineProvider>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  await screen.findByRole("heading", { name: "Report: run 7" });
}

describe("The page of a report", () => {
  beforeEach(() => {
    vi.spyOn(window, "scrollTo").mockImplementation(() => {}); // which jsdom has not got
  });

  it("shows what readers reach without calling it a bound", async () => {
    await show();
    const said = screen.getByText(/Dice between two readers/).textContent ?? "";
    expect(said).toContain("Median nerve 0.82 (n = 36)");
    expect(said).toContain("A model can exceed it.");
    expect(said).not.toContain("cannot");
  });

  it("has distances, all folds, and bars whose whiskers are deviations", async () => {
    await show();
    for (const name of ["Single frames and distances", "Each structure by fold"]) {
      expect(screen.getByRole("region", { name }).textContent).toContain("10 of 15");
    }
    const figuresOf = screen.getByRole("region", { name: "Over all frames held out" }).textContent;
    expect(figuresOf).not.toContain("whiskers on the bars: 95 %");
    expect(figuresOf).toContain("whiskers, further down, are this mean and standard deviation");
    expect(screen.getByRole("region", { name: "Each fold" }).textContent).toContain("Fold 115");
  });
});
