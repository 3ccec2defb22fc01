import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { get } from "../../../api/client";
import type { Person, Structure } from "../../../api/types";
import { documentFromRows, type SetDocument, type TrackRow } from "../../core/document";
import type { JudgementRow } from "../../core/judgement";
import { layersOf } from "../../core/reading";
import type { Scene } from "../../view/scene";

/** A line of a set's history. */
export interface RevisionLine {
  readonly number: number;
  readonly author: Person | null;
  readonly created_at: string;
  readonly summary: string;
  readonly op_count: number;
}

interface SetAtRevision {
  readonly number: number;
  readonly tracks: readonly TrackRow[];
  readonly judgement: JudgementRow;
}

/** What a revision says never changes. */
export const atRevisionQuery = (setId: string, number: number | null) =>
  queryOptions({
    queryKey: ["annotation-set", setId, "revision", number] as const,
    queryFn: ({ signal }) =>
      get<SetAtRevision>(`/api/annotation-sets/${setId}/revisions/${number}/`, {}, signal),
    enabled: number !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export const documentOfRevision = ({ tracks, judgement }: SetAtRevision): SetDocument =>
  documentFromRows(tracks, judgement);

/** An earlier state of the set, on the picture in place of the present one. */
export interface LookBack {
  /** The revision looked at, or null for now. */
  readonly number: number | null;
  readonly document: SetDocument | null;
  readonly isComparing: boolean;
  readonly error: unknown;
  look(number: number | null): void;
  compare(isWanted: boolean): void;
  /** What to paint, or null while the present is shown. */
  scene(frame: number): Scene | null;
}

export function useLookBack(
  setId: string,
  structures: readonly Structure[],
  now: SetDocument,
): LookBack {
  const [number, setNumber] = useState<number | null>(null);
  const [isComparing, compare] = useState(false);
  const { data, error } = useQuery(atRevisionQuery(setId, number));
  const document = useMemo(
    () => (number === null || !data ? null : documentOfRevision(data)),
    [number, data],
  );
  return useMemo(
    () => ({
      number,
      document,
      isComparing,
      error,
      compare,
      look: (wanted) => {
        setNumber(wanted);
        if (wanted === null) compare(false);
      },
      scene: (frame) => {
        if (number === null) return null;
        if (document === null) return { layers: [], overlay: "history" };
        const ghosts = isComparing
          ? layersOf(now, structures, frame, { prefix: "now-" }).map(({ key, colour, shape }) => ({
              key,
              colour,
              shape,
            }))
          : [];
        return { layers: layersOf(document, structures, frame), ghosts, overlay: "history" };
      },
    }),
    [number, document, isComparing, error, now, structures],
  );
}
