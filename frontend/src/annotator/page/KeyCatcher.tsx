import { Button } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { nameOf } from "./useKeys";

const MODIFIERS = new Set(["control", "shift", "alt", "meta", "altgraph", "dead", "process"]);

interface KeyCatcherProps {
  label: string;
  onCaught(key: string): void;
}

/** A button that, once pressed, takes the next key as the answer; leaving it gives that up. */
export function KeyCatcher({ label, onCaught }: KeyCatcherProps) {
  const [isListening, setIsListening] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isListening) return;
    const caught = (event: KeyboardEvent) => {
      if (MODIFIERS.has(event.key.toLowerCase())) return;
      // before the dialog closes on Escape, or the button is pressed by Enter
      event.preventDefault();
      event.stopImmediatePropagation();
      setIsListening(false);
      onCaught(nameOf(event));
    };
    window.addEventListener("keydown", caught, { capture: true });
    return () => window.removeEventListener("keydown", caught, { capture: true });
  }, [isListening, onCaught]);
  return (
    <Button
      ref={button}
      size="compact-xs"
      variant={isListening ? "filled" : "default"}
      aria-label={isListening ? `${label}: press the key` : label}
      onClick={() => setIsListening(true)}
      onBlur={() => setIsListening(false)}
    >
      {isListening ? "Press a key" : "Add"}
    </Button>
  );
}
