import { useCallback, useState } from "react";
import { useMe } from "../../api/session";
import { type Appearance, DEFAULT_APPEARANCE } from "../view/scene";
import { type Kept, keptOf, readKept } from "./keptAppearance";

const STORED = "fascicle.appearance";

export type ChangeAppearance = (
  part: Partial<Appearance> | ((before: Appearance) => Partial<Appearance>),
) => void;

/** How this person likes to see pictures and shapes; remembered between clips. */
export function useAppearance(initial: Partial<Appearance> = {}): [Appearance, ChangeAppearance] {
  const me = useMe();
  const name = me === null ? STORED : `${STORED}.${me.id}`;
  const [appearance, setAppearance] = useState<Appearance>(() => ({
    ...DEFAULT_APPEARANCE,
    ...initial,
    ...remembered(name),
  }));
  const change = useCallback<ChangeAppearance>(
    (part) => {
      setAppearance((before) => {
        const after = { ...before, ...(typeof part === "function" ? part(before) : part) };
        try {
          localStorage.setItem(name, JSON.stringify(keptOf(after)));
        } catch {
          // a full or forbidden store only means that the choice is forgotten
        }
        return after;
      });
    },
    [name],
  );
  return [appearance, change];
}

function remembered(name: string): Kept {
  try {
    return readKept(JSON.parse(localStorage.getItem(name) ?? "{}"));
  } catch {
    return {};
  }
}
