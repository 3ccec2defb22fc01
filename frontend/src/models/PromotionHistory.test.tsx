import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Alias, Promotion } from "../api/types";
import { PromotionHistory } from "./PromotionHistory";

const promotion = (number: number, overridden: Promotion["overridden"]) =>
  ({
    id: `p${number}`,
    model_version: { id: `v${number}`, number, name: "" },
    previous: null,
    reason: "Because.",
    actor: null,
    is_rollback: false,
    is_override: overridden !== null,
    overridden,
    created_at: `2026-01-0${number}T00:00:00Z`,
  }) as Promotion;

describe("The history of promotions", () => {
  it("says of an override whether the version was worse or could not be judged", () => {
    const promotions = [promotion(3, "doubt"), promotion(2, "worse"), promotion(1, null)];
    const alias = { name: "live", promotions } as Alias;
    render(
      <MantineProvider>
        <PromotionHistory aliases={[alias]} />
      </MantineProvider>,
    );
    const said = screen.getAllByText(/^Live/).map(({ textContent }) => textContent);
    expect(said).toEqual([
      "Live (although it could not be judged)",
      "Live (although worse)",
      "Live",
    ]);
  });
});
