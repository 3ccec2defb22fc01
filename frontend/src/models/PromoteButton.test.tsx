import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { keys } from "../api/keys";
import * as models from "../api/models";
import type { Gate, ModelVersion } from "../api/types";
import { PromoteButton } from "./PromoteButton";

const VERSION = { id: "v3", project: "p1", number: 3, aliases: [] as string[] } as ModelVersion;

const worseThan = (id: string, number: number): Gate => ({
  is_passed: false,
  against: { id, number, name: "" },
  doubt: "",
  structures: [
    {
      code: "median",
      name: "Median",
      measure: "dice",
      before: 0.8,
      after: 0.2,
      basis: "interval",
      frames: 0,
      is_worse: true,
      sentence: "Median: Dice 0.200 after 0.800.",
    },
  ],
});

function opened(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  client.setQueryData(keys.gate("v3", "preannotate"), worseThan("v1", 1));
  client.setQueryData(keys.gate("v3", "candidate"), {
    is_passed: true,
    against: null,
    structures: [],
    doubt: "",
  });
  render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <PromoteButton version={VERSION} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Promote" }));
  return client;
}

const override = () => screen.getByRole<HTMLInputElement>("checkbox", { name: /all the same/ });
const promote = async () => {
  fireEvent.change(screen.getByLabelText(/Reason/), { target: { value: " Because. " } });
  const [button] = screen.getAllByRole("button", { name: "Promote" }).slice(-1);
  fireEvent.click(button as HTMLElement);
};

afterEach(() => vi.restoreAllMocks());

// jsdom has none; a text area that grows asks for them
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });

describe("Promoting a version", () => {
  it("sends the version that it was shown to be worse than", async () => {
    const sent = vi.spyOn(models, "promoteModel").mockResolvedValue(VERSION);
    opened();
    fireEvent.click(override());
    await promote();
    await waitFor(() => expect(sent).toHaveBeenCalledOnce());
    expect(sent.mock.calls[0]).toEqual([
      "v3",
      { alias: "preannotate", reason: "Because.", is_override: true, serving: "v1" },
    ]);
  });

  it("takes an override back when another version serves meanwhile", async () => {
    const client = opened();
    fireEvent.click(override());
    expect(override().checked).toBe(true);
    act(() => client.setQueryData(keys.gate("v3", "preannotate"), worseThan("v2", 2)));
    await screen.findByText(/Worse than version 2/);
    expect(override().checked).toBe(false);
  });

  it("names nothing for the candidate, whose place is not judged", async () => {
    const sent = vi.spyOn(models, "promoteModel").mockResolvedValue(VERSION);
    opened();
    fireEvent.click(screen.getByRole("radio", { name: /Candidate/ }));
    await promote();
    await waitFor(() => expect(sent).toHaveBeenCalledOnce());
    expect(sent.mock.calls[0]?.[1]).not.toHaveProperty("serving");
  });
});
