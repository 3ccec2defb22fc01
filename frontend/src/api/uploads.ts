import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "./client";
import { keys } from "./keys";
import type { Job, Page, Upload, UploadDetail, UploadRedaction, UploadState } from "./types";

/** States in which the bytes wait on the server. */
const LIVE: readonly UploadState[] = ["receiving", "inspecting", "awaiting_release", "ingesting"];

const isAtWork = ({ state }: Upload): boolean => state === "inspecting" || state === "ingesting";

/** The recordings of a project that are on their way to becoming clips, newest first. */
export const liveUploadsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.uploads(projectId),
    queryFn: async ({ signal }) => {
      const query = new URLSearchParams({ project: projectId, page_size: "200" });
      for (const state of LIVE) query.append("state", state);
      return (await get<Page<Upload>>(`/api/uploads/?${query}`, {}, signal)).results;
    },
    refetchInterval: ({ state }) => (state.data?.some(isAtWork) ? 2000 : 20_000),
  });

export const uploadQuery = (uploadId: string) =>
  queryOptions({
    queryKey: keys.upload(uploadId),
    queryFn: ({ signal }) => get<UploadDetail>(`/api/uploads/${uploadId}/`, {}, signal),
    refetchInterval: ({ state }) => {
      if (state.data === undefined || isAtWork(state.data)) return 1000;
      return state.data.state === "awaiting_release" ? 5000 : false;
    },
  });

/** Words of the upload that are corrected while it is released. */
export interface CorrectedWords {
  label: string;
  scanner: string;
  microns_per_pixel: number | null;
}

export const releaseUpload = (
  uploadId: string,
  redaction: UploadRedaction,
  words: CorrectedWords,
) => post<Job>(`/api/uploads/${uploadId}/release/`, { redaction, ...words });

export const cancelUpload = (uploadId: string) => remove(`/api/uploads/${uploadId}/`);

/** A sample frame as it came; only for those who may release it. */
export const previewAddress = (uploadId: string, number = 0): string =>
  `/api/uploads/${uploadId}/previews/${number}/`;
