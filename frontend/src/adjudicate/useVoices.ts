import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  documentFromRows,
  type SetDocument,
  shownShape,
  tracksOf,
} from "../annotator/core/document";
import { clipSetsQuery, setDetailQuery } from "../annotator/queries";
import type { AnnotationSetRow } from "../api/types";
import type { Contour, Mask } from "../geometry";

/** Colours of readers, apart from each other also for the colour-blind (Okabe and Ito). */
const COLOURS = ["#56b4e9", "#e69f00", "#f0e442", "#cc79a7", "#009e73", "#d55e00"];

export interface Reader {
  readonly set: AnnotationSetRow;
  readonly name: string;
  readonly colour: string;
  readonly document: SetDocument;
}

/** What one reader says of a structure in a frame. */
export interface Voice {
  readonly setId: string;
  readonly name: string;
  readonly colour: string;
  readonly shapes: readonly (Contour | Mask)[];
  readonly hasLooked: boolean;
}

/** A person has one voice: a re-read measures its reader and is no other reading to settle. */
export function firstReadings(readings: readonly AnnotationSetRow[]): readonly AnnotationSetRow[] {
  const byAge = [...readings].sort((a, b) => a.created_at.localeCompare(b.created_at));
  const first = new Map(byAge.reverse().map((one) => [one.author?.id ?? one.id, one.id]));
  return readings.filter((one) => first.get(one.author?.id ?? one.id) === one.id);
}

/** The readings of a clip that were handed in, with what they say. */
export function useReaders(clipId: string): {
  readers: readonly Reader[] | null;
  error: unknown;
  retry: () => void;
} {
  const sets = useQuery(clipSetsQuery(clipId));
  const handedIn = useMemo(
    () =>
      firstReadings(
        (sets.data ?? []).filter(
          ({ purpose, state }) =>
            purpose === "reader" && (state === "submitted" || state === "accepted"),
        ),
      ),
    [sets.data],
  );
  const details = useQueries({ queries: handedIn.map(({ id }) => setDetailQuery(id)) });
  const isHere = sets.data !== undefined && details.every(({ data }) => data !== undefined);
  const failed = [sets, ...details].find((query) => query.isError && query.data === undefined);
  const version = details.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the details
  const readers = useMemo(() => {
    if (!isHere) return null;
    return details.flatMap(({ data }, place): Reader[] => {
      const set = handedIn[place];
      if (data === undefined || set === undefined) return [];
      return [
        {
          set,
          name: set.author?.name ?? `Reader ${place + 1}`,
          colour: COLOURS[place % COLOURS.length] ?? "#56b4e9",
          document: documentFromRows(data.tracks, data.judgement),
        },
      ];
    });
  }, [isHere, version, handedIn]);
  return {
    readers,
    error: failed?.error ?? null,
    retry: () => void Promise.all([sets, ...details].map((query) => query.refetch())),
  };
}

/** What a reader says of a structure in a frame. */
export function voiceOf(reader: Reader, structure: string, frame: number): Voice {
  const shapes = tracksOf(reader.document, structure)
    .map((track) => shownShape(reader.document, track, frame))
    .filter((shape) => shape !== null);
  return {
    setId: reader.set.id,
    name: reader.name,
    colour: reader.colour,
    shapes,
    hasLooked: hasLooked(reader.document, frame),
  };
}

/** Whether the set says anything of the frame: as the server decides what is compared. */
export function hasLooked(document: SetDocument, frame: number): boolean {
  for (const { keyframes } of document.tracks.values()) {
    const [first, last] = [keyframes[0], keyframes.at(-1)];
    if (first === undefined || last === undefined) continue;
    if (first.frame_index <= frame && frame <= last.frame_index) return true;
  }
  return document.judgement.notVisible.some(
    ({ frame: first, to_frame: last }) => first <= frame && frame <= last,
  );
}
