import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Structure } from "../../api/types";
import { MetricsTable } from "../MetricsTable";
import { DistanceTable } from "./DistanceTable";
import { StructureFolds } from "./StructureFolds";

const STRUCTURES = [{ code: "nerve", name: "Median nerve", colour: "#56B4E9" }] as Structure[];
const SPREAD = { lower: 0.2, median: 0.5, upper: 0.6, share_above_half: 0.4, images: 15 };

function run(scaled: number | undefined) {
  const counts = { distances_defined: 10, distances_undefined: 5, distances_in_mm: scaled };
  const distances = { hd95_px: 17.6, surface_distance_px: 9.3, hd95_mm: 0.1 };
  const intervals = { dice: [0.7, 0.9], hd95_px: [12.1, 20.4] };
  const folds = { dice: { mean: 0.79, deviation: 0.03 }, hd95_px: { mean: 18.1, deviation: 2.4 } };
  return {
    pooled: {
      iou_by_image: SPREAD,
      structures: {
        nerve: { dice: 0.8, iou_by_image: SPREAD, intervals, ...counts, ...distances },
      },
    },
    folds: { "0": { structures: { nerve: { recall: 0.5, ...counts, ...distances } } } },
    over_folds: { structures: { nerve: folds } },
  };
}

const show = (table: React.ReactNode) => render(<MantineProvider>{table}</MantineProvider>);
const rowOf = (name: string) =>
  within(screen.getByText(name).closest("tr") as HTMLElement)
    .getAllByRole("cell")
    .map(({ textContent }) => textContent);

describe("Distances of a report", () => {
  it("stand with the frames that they are means of, in mm with their own", () => {
    show(<DistanceTable metrics={run(1)} structures={STRUCTURES} />);
    expect(rowOf("Median nerve").slice(1)).toEqual([
      "0.50 (0.20 to 0.60)",
      "40 %",
      "10 of 15",
      "17.612.1 to 20.4folds 18.1 ± 2.4",
      "9.3",
      "1 of 10",
      "0.10",
      "–",
    ]);
    expect(screen.getByText(/px and mm can be of different frames/)).toBeTruthy();
  });

  it("leave mm out where nobody counted its frames, or none has a scale", () => {
    for (const scaled of [undefined, 0]) {
      const { unmount } = show(<DistanceTable metrics={run(scaled)} structures={STRUCTURES} />);
      expect(screen.queryByText("HD95, mm")).toBeNull();
      expect(rowOf("Median nerve")).toHaveLength(6);
      unmount();
    }
  });

  it("are there fold by fold, with mean and deviation", () => {
    show(<StructureFolds metrics={run(0)} structures={STRUCTURES} />);
    expect(rowOf("Fold 1")).toEqual(
      ["Fold 1", "–", "–", "0.50", "–", "–", "10 of 15", "17.6", "9.3"], // no mm
    );
    expect(rowOf("Mean").slice(4)).toEqual(["0.79", "–", "", "18.1", "–"]);
    expect(rowOf("SD").slice(4)).toEqual(["0.03", "–", "", "2.4", "–"]);
  });
});

describe("The table of figures", () => {
  it("tells the mean of the folds from the figure over all frames", () => {
    show(<MetricsTable metrics={run(0)} structures={STRUCTURES} />);
    expect(rowOf("Median nerve")).toContain("0.800.70 to 0.90folds 0.79 ± 0.03");
  });

  it("says what the whiskers beside it are", () => {
    const { unmount } = show(<MetricsTable metrics={run(0)} structures={STRUCTURES} />);
    expect(screen.getByText(/whiskers on the bars: 95 % interval/)).toBeTruthy();
    unmount();
    show(<MetricsTable metrics={run(0)} structures={STRUCTURES} whiskers="deviation" />);
    expect(screen.queryByText(/whiskers on the bars: 95 %/)).toBeNull();
    expect(screen.getByText(/whiskers, further down, are this mean and standard/)).toBeTruthy();
  });
});
