import { useCallback, useState } from "react";
import { type Appearance, DEFAULT_APPEARANCE } from "../view/scene";

const STORED = "fascicle.appearance";
type Kept = Partial<Pick<Appearance, "opacity" | "isSmooth">>;

/** How this person likes to see shapes; remembered between clips. */
export function useAppearance(
  initial: Partial<Appearance> = {},
): [Appearance, (part: Partial<Appearance>) => void] {
  const [appearance, setAppearance] = useState<Appearance>(() => ({
    ...DEFAULT_APPEARANCE,
    ...initial,
    ...remembered(),
  }));
  const change = useCallback((part: Partial<Appearance>) => {
    setAppearance((before) => {
      const after = { ...before, ...part };
      const kept: Kept = { opacity: after.opacity, isSmooth: after.isSmooth };
      try {
        localStorage.setItem(STORED, JSON.stringify(kept));
      } catch {
        // a full or forbidden store only means that the choice is forgotten
      }
      return after;
    });
  }, []);
  return [appearance, change];
}

function remembered(): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    const { opacity, isSmooth } = kept as Record<string, unknown>;
    return {
      ...(typeof opacity === "number" && opacity >= 0 && opacity <= 1 ? { opacity } : {}),
      ...(typeof isSmooth === "boolean" ? { isSmooth } : {}),
    };
  } catch {
    return {};
  }
}
