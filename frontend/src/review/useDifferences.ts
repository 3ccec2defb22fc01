import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { SetDocument } from "../annotator/core/document";
import { layersOf } from "../annotator/core/reading";
import { atRevisionQuery, documentOfRevision } from "../annotator/page/history/useLookBack";
import type { AnnotationSetDetail } from "../annotator/queries";
import type { Layer, Scene } from "../annotator/view/scene";
import type { Structure } from "../api/types";
import { changesAt, type FrameChanges, framesToCompare } from "./changes";
import type { OtherReading } from "./otherReading";

export const GAINED = "#00ffd0";
export const LOST = "#ff2d95";
const SLICE_MS = 12;

export type Base = "none" | "model" | "before" | "other";

export interface Differences {
  readonly base: Base;
  /** The revision that "before" stands for; null where there is none. */
  readonly revision: number | null;
  readonly hasModel: boolean;
  readonly other: OtherReading | null;
  readonly changed: readonly FrameChanges[];
  /** Every frame has been compared. */
  readonly isWhole: boolean;
  readonly error: unknown;
  choose(base: Base): void;
  /** What to paint, or null while nothing is compared. */
  scene(frame: number): Pick<Scene, "layers" | "ghosts"> | null;
}

/** The revision that the last step before the present state was taken on. */
export function earlierRevision(set: AnnotationSetDetail): number | null {
  const steps = set.transitions.filter((one) => one.revision < set.revision);
  return steps.at(-1)?.revision ?? null;
}

/** The reading against another, the model's suggestion, or itself as it was before. */
export function useDifferences(
  set: AnnotationSetDetail,
  document: SetDocument,
  suggestion: SetDocument | null,
  other: OtherReading | null,
  structures: readonly Structure[],
  size: { readonly width: number; readonly height: number },
): Differences {
  const revision = earlierRevision(set);
  const hasModel = suggestion !== null;
  const [chosen, choose] = useState<Base | null>(null);
  const first = revision !== null ? "before" : hasModel ? "model" : "none";
  const base = chosen ?? (other !== null ? "other" : first);
  const { setId, revision: number } =
    base === "other" && other !== null
      ? other
      : { setId: set.id, revision: base === "before" ? revision : null };
  const { data, error } = useQuery(atRevisionQuery(setId, number));
  const compared = useMemo(() => {
    if (base === "model") return suggestion;
    return base !== "none" && data ? documentOfRevision(data) : null;
  }, [base, suggestion, data]);
  const { width, height } = size;
  const { changed, isWhole } = useChanged(compared, document, structures, width, height);
  const byFrame = useMemo(() => new Map<number, ComparedScene>(), []);
  const scene = useCallback(
    (frame: number) => {
      if (compared === null) return null;
      let known = byFrame.get(frame);
      if (known === undefined) {
        if (byFrame.size > 64) byFrame.clear();
        known = comparedScene(compared, document, structures, frame, { width, height });
        byFrame.set(frame, known);
      }
      return known;
    },
    [compared, document, structures, width, height, byFrame],
  );
  return useMemo(
    () => ({ base, revision, hasModel, other, changed, isWhole, error, choose, scene }),
    [base, revision, hasModel, other, changed, isWhole, error, scene],
  );
}

interface ComparedScene {
  readonly layers: readonly Layer[];
  readonly ghosts: NonNullable<Scene["ghosts"]>;
}

function comparedScene(
  compared: SetDocument,
  now: SetDocument,
  structures: readonly Structure[],
  frame: number,
  size: { readonly width: number; readonly height: number },
): ComparedScene {
  const changes = changesAt(compared, now, structures, frame, size);
  const altered = new Set(changes.map((one) => one.structure));
  const dim = new Map(structures.map(({ id }) => [id, altered.has(id) ? 0.35 : 0.5]));
  const regions = changes.flatMap(({ structure, gained, lost }): Layer[] =>
    [
      { what: "gained", channel: 254, colour: GAINED, shape: gained },
      { what: "lost", channel: 255, colour: LOST, shape: lost },
    ].map(({ what, ...one }) => ({ ...one, key: `${what}-${structure}`, name: "" })),
  );
  const hidden = new Set(structures.map((one) => one.id).filter((id) => !altered.has(id)));
  const ghosts = layersOf(compared, structures, frame, { prefix: "compared-", hidden }).map(
    ({ key, colour, shape }) => ({ key, colour, shape }),
  );
  return { layers: [...layersOf(now, structures, frame, { fills: dim }), ...regions], ghosts };
}

/** Compared a few frames at a time, so that the page answers meanwhile. */
function useChanged(
  compared: SetDocument | null,
  now: SetDocument,
  structures: readonly Structure[],
  width: number,
  height: number,
): { changed: readonly FrameChanges[]; isWhole: boolean } {
  const [found, setFound] = useState<{ changed: FrameChanges[]; isWhole: boolean }>(NOTHING);
  useEffect(() => {
    setFound(NOTHING);
    if (compared === null) return;
    const frames = framesToCompare(compared, now, structures);
    const changed: FrameChanges[] = [];
    let timer: ReturnType<typeof setTimeout>;
    let at = 0;
    const go = () => {
      const until = performance.now() + SLICE_MS;
      while (at < frames.length && performance.now() < until) {
        const frame = frames[at++] as number;
        const changes = changesAt(compared, now, structures, frame, { width, height });
        if (changes.length > 0) changed.push({ frame, changes });
      }
      if (at < frames.length) timer = setTimeout(go, 0);
      else setFound({ changed, isWhole: true });
    };
    timer = setTimeout(go, 0);
    return () => clearTimeout(timer);
  }, [compared, now, structures, width, height]);
  return found;
}

const NOTHING = { changed: [], isWhole: false };
