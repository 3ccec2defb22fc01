import { queryOptions } from "@tanstack/react-query";
import { post } from "./client";
import { keys } from "./keys";
import { allOf } from "./pages";
import type { AnnotationSetRow, ExportStart, Job } from "./types";

export const startExport = (body: ExportStart) => post<Job>("/api/exports/", body);

export const exportFileAddress = (exportId: string): string => `/api/exports/${exportId}/file/`;

/** The annotation sets of a clip that can be exported: practice stays out. */
export const exportableSetsQuery = (clipId: string) =>
  queryOptions({
    queryKey: [...keys.annotationSets(clipId), "exportable"],
    queryFn: async ({ signal }) => {
      const sets = await allOf<AnnotationSetRow>("/api/annotation-sets/", { clip: clipId }, signal);
      return sets.filter(({ purpose }) => purpose !== "practice");
    },
  });
