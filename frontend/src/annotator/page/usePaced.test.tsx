import { act, render } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Store } from "../core/store";
import { usePaced } from "./usePaced";

interface Seen {
  readonly frame: number;
  readonly tool: string;
}

const isFrameOnly = (before: Seen, now: Seen) => before.tool === now.tool;

function Watching({ store, drawn }: { store: Store<Seen>; drawn: Seen[] }) {
  drawn.push(usePaced(store, isFrameOnly));
  return null;
}

describe("what stands beside the picture", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const watch = () => {
    const store = new Store<Seen>({ frame: 0, tool: "edit" });
    const drawn: Seen[] = [];
    render(<Watching store={store} drawn={drawn} />);
    const go = (part: Partial<Seen>) => act(() => store.update((one) => ({ ...one, ...part })));
    return { drawn, go };
  };

  it("follows a single step at once", () => {
    const { drawn, go } = watch();
    go({ frame: 1 });
    expect(drawn.at(-1)?.frame).toBe(1);
  });

  it("is drawn a few times while frames fly past, and shows the last of them", () => {
    const { drawn, go } = watch();
    const before = drawn.length;
    for (let frame = 1; frame <= 60; frame += 1) go({ frame });
    expect(drawn.length - before).toBeLessThanOrEqual(3);
    act(() => vi.advanceTimersByTime(250));
    expect(drawn.at(-1)?.frame).toBe(60);
  });

  it("takes up another tool at once, whatever flies past", () => {
    const { drawn, go } = watch();
    go({ frame: 1 });
    go({ frame: 2 });
    go({ tool: "brush" });
    expect(drawn.at(-1)).toEqual({ frame: 2, tool: "brush" });
  });
});
