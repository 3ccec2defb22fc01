import { queryOptions } from "@tanstack/react-query";
import { get, post } from "../api/client";
import { keys } from "../api/keys";
import { allOf } from "../api/pages";
import type { AnnotationSetRow, Person } from "../api/types";
import type { TrackRow } from "./core/document";
import type { JudgementRow } from "./core/judgement";
import { type PackedTrack, unpackedTrack } from "./core/packedTracks";

export { clipQuery as clipDetailQuery, frameTableQuery } from "../api/clips";
export type { ClipDetail, FrameTable } from "../api/types";

export interface Review {
  readonly id: string;
  readonly decision: "accept" | "return";
  readonly remark: string;
  readonly reviewer: Person;
  readonly revision: number;
  readonly created_at: string;
}

export interface RemarkReply {
  readonly id: string;
  readonly text: string;
  readonly author: Person;
  readonly created_at: string;
}

/** A remark pinned to frames, the last one included; the API calls it an issue. */
export interface Remark {
  readonly id: string;
  readonly frame_index: number;
  readonly last_frame: number;
  readonly x: number | null;
  readonly y: number | null;
  readonly text: string;
  readonly author: Person;
  readonly created_at: string;
  readonly resolved_at: string | null;
  readonly resolved_by: Person | null;
  readonly replies: readonly RemarkReply[];
}

/** A step from one state of a set to the next. */
export interface Transition {
  readonly step: "submit" | "accept" | "return" | "reopen";
  readonly revision: number;
  readonly actor: Person;
  readonly reason: string;
  readonly at: string;
}

export interface AnnotationSetDetail extends AnnotationSetRow {
  readonly tracks: readonly TrackRow[];
  readonly judgement: JudgementRow;
  readonly reviews: readonly Review[];
  readonly issues: readonly Remark[];
  /** Oldest first. */
  readonly transitions: readonly Transition[];
  /** Whether colleagues decide on it: not on what measures its reader. */
  readonly is_reviewed: boolean;
}

type PackedSet = Omit<AnnotationSetDetail, "tracks"> & { readonly tracks: readonly PackedTrack[] };

export interface Suggestion {
  readonly annotation_set: string;
  readonly model_version: { readonly id: string; readonly name: string; readonly number: number };
  readonly confidence: Readonly<Record<string, readonly (number | null)[]>> | null;
  /** Networks that answered; null where nobody kept their doubt. */
  readonly members: number | null;
  readonly created_at: string;
}

/** A frame that an expert should look at, and why. */
export interface RankedFrame {
  readonly frame: number;
  readonly structure: string | null;
  readonly words: string;
}

/** A set with its shapes, which travel packed: a large set has megabytes of them. */
export async function readSet(setId: string, signal?: AbortSignal): Promise<AnnotationSetDetail> {
  const sent = await get<PackedSet>(`/api/annotation-sets/${setId}/`, { shapes: "packed" }, signal);
  return { ...sent, tracks: sent.tracks.map(unpackedTrack) };
}

export const setDetailQuery = (setId: string) =>
  queryOptions({
    queryKey: keys.annotationSet(setId),
    queryFn: ({ signal }) => readSet(setId, signal),
    staleTime: 5_000,
  });

export const clipSetsQuery = (clipId: string) =>
  queryOptions({
    queryKey: keys.annotationSets(clipId),
    queryFn: ({ signal }) =>
      allOf<AnnotationSetRow>("/api/annotation-sets/", { clip: clipId }, signal),
  });

/** Newest first. */
export const suggestionsQuery = (clipId: string) =>
  queryOptions({
    queryKey: keys.suggestions(clipId),
    queryFn: async ({ signal }) =>
      (await allOf<Suggestion>("/api/suggestions/", { clip: clipId }, signal)).sort((a, b) =>
        b.created_at.localeCompare(a.created_at),
      ),
  });

/** The frames of a suggestion to look at first. */
export const rankedFramesQuery = (suggestion: Suggestion | null) =>
  queryOptions({
    queryKey: [
      ...keys.suggestions(suggestion?.annotation_set ?? ""),
      "frames",
      suggestion?.created_at,
    ],
    queryFn: async ({ signal }) =>
      (
        await get<{ frames: RankedFrame[] }>(
          `/api/suggestions/${suggestion?.annotation_set}/frames/`,
          {},
          signal,
        )
      ).frames,
    enabled: suggestion?.members != null,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** One's own set of a clip, made when there is none yet. */
export const openOwnSet = (clipId: string) =>
  post<AnnotationSetRow>("/api/annotation-sets/", { clip: clipId });

export const submitSet = (setId: string, revision: number) =>
  post<AnnotationSetRow>(`/api/annotation-sets/${setId}/submit/`, { revision });

export const decideReview = (
  setId: string,
  body: { decision: "accept" | "return"; remark: string; revision: number },
) => post<Review>(`/api/annotation-sets/${setId}/review/`, body);

export const addRemark = (
  setId: string,
  body: {
    frame_index: number;
    last_frame: number;
    x: number | null;
    y: number | null;
    text: string;
  },
) => post<Remark>(`/api/annotation-sets/${setId}/issues/`, body);

export const resolveRemark = (remarkId: string, isResolved: boolean) =>
  post<Remark>(`/api/issues/${remarkId}/resolve/`, { is_resolved: isResolved });

export const replyToRemark = (remarkId: string, text: string) =>
  post<RemarkReply>(`/api/issues/${remarkId}/replies/`, { text });

/** Take an accepted set up again. */
export const reopenSet = (setId: string, reason: string) =>
  post<AnnotationSetRow>(`/api/annotation-sets/${setId}/reopen/`, { reason });
