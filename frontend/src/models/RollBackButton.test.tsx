import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import * as models from "../api/models";
import type { Alias } from "../api/types";
import { RollBackButton } from "./RollBackButton";

const ref = (number: number) => ({ id: `v${number}`, number, name: `Model ${number}` });
const ALIAS = { name: "live", project: "p1", model_version: ref(3), promotions: [] } as Alias;

// jsdom has none; a text area that grows asks for them
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });

describe("Rolling back", () => {
  it("names the version that it says is replaced", async () => {
    const sent = vi.spyOn(models, "rollBackAlias").mockResolvedValue(ALIAS);
    render(
      <QueryClientProvider client={new QueryClient()}>
        <MantineProvider env="test">
          <RollBackButton projectId="p1" alias={ALIAS} before={ref(2)} />
        </MantineProvider>
      </QueryClientProvider>,
    );
    fireEvent.click(screen.getByRole("button", { name: "Roll back Live" }));
    expect(await screen.findByText(/serves again in the place of version 3/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Roll back" }));
    await waitFor(() => expect(sent).toHaveBeenCalledOnce());
    expect(sent.mock.calls[0]).toEqual([
      {
        project: "p1",
        alias: "live",
        reason: "The version before worked better.",
        serving: "v3",
      },
    ]);
  });
});
