import { fireEvent, render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useKeys } from "./useKeys";

function Page({ onKey }: { onKey(key: string): void }) {
  useKeys((key) => {
    onKey(key);
    return true;
  });
  return (
    <>
      <input aria-label="name" />
      <button type="button">Press</button>
      <input type="checkbox" aria-label="switch" />
      <input type="radio" aria-label="choice" />
    </>
  );
}

function keysOf(): { keys: string[]; page: ReturnType<typeof render> } {
  const keys: string[] = [];
  return { keys, page: render(<Page onKey={(key) => keys.push(key)} />) };
}

describe("the keys of a page", () => {
  it("are named with their modifiers", () => {
    const { keys } = keysOf();
    fireEvent.keyDown(window, { key: "Z", ctrlKey: true, shiftKey: true });
    fireEvent.keyDown(window, { key: "ArrowLeft", shiftKey: true });
    fireEvent.keyDown(window, { key: "?", shiftKey: true });
    expect(keys).toEqual(["ctrl+shift+z", "shift+arrowleft", "?"]);
  });

  it("are left to fields, and to buttons what presses them", () => {
    const { keys, page } = keysOf();
    fireEvent.keyDown(page.getByLabelText("name"), { key: "a" });
    fireEvent.keyDown(page.getByText("Press"), { key: "Enter" });
    fireEvent.keyDown(page.getByText("Press"), { key: "a" });
    expect(keys).toEqual(["a"]);
  });

  it("are left to switches and choices where they work them", () => {
    const { keys, page } = keysOf();
    fireEvent.keyDown(page.getByLabelText("switch"), { key: " " });
    fireEvent.keyUp(page.getByLabelText("switch"), { key: " " });
    const choice = page.getByLabelText("choice");
    choice.focus();
    fireEvent.keyDown(choice, { key: "ArrowRight" });
    expect(keys).toEqual([]);
    choice.blur();
    fireEvent.pointerDown(choice);
    choice.focus();
    fireEvent.keyDown(choice, { key: "ArrowLeft" });
    fireEvent.keyDown(choice, { key: "ArrowLeft" });
    fireEvent.keyDown(page.getByLabelText("switch"), { key: "ArrowRight" });
    expect(keys).toEqual(["arrowleft", "arrowleft", "arrowright"]);
  });

  it("take a lone space when it is let go, and none that was held for a drag", () => {
    const { keys } = keysOf();
    fireEvent.keyDown(window, { key: " " });
    expect(keys).toEqual([]);
    fireEvent.keyUp(window, { key: " " });
    fireEvent.keyDown(window, { key: " " });
    fireEvent.pointerDown(window);
    fireEvent.keyUp(window, { key: " " });
    expect(keys).toEqual(["space"]);
  });
});
