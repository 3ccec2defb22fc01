import { queryOptions } from "@tanstack/react-query";
import { get, post } from "./client";
import { keys } from "./keys";
import { allOf } from "./pages";
import type {
  AgreementDetail,
  AgreementReport,
  AgreementStart,
  AnnotationSetRow,
  Breakdown,
  Comparable,
  ConsensusSettle,
  Disagreement,
  Job,
} from "./types";

const ADDRESS = "/api/agreement-reports/";

export const agreementReportsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.agreementReports(projectId),
    queryFn: ({ signal }) => allOf<AgreementReport>(ADDRESS, { project: projectId }, signal),
    refetchInterval: ({ state }) =>
      state.data?.some((report) => report.made_at === null) ? 1500 : false,
  });

export const agreementReportQuery = (reportId: string) =>
  queryOptions({
    queryKey: keys.agreementReport(reportId),
    queryFn: ({ signal }) => get<AgreementDetail>(`${ADDRESS}${reportId}/`, {}, signal),
    refetchInterval: ({ state }) => (state.data?.made_at === null ? 1500 : false),
  });

export const comparableQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...keys.agreementReports(projectId), "comparable"],
    queryFn: ({ signal }) =>
      get<Comparable>(`${ADDRESS}comparable/`, { project: projectId }, signal),
  });

/** Which of the compared frames are meant. */
export interface RowFilter {
  structure?: string | undefined;
  clip?: string | undefined;
  first?: number | undefined;
  second?: number | undefined;
}

export const disagreementsQuery = (reportId: string, filter: RowFilter) =>
  queryOptions({
    queryKey: [...keys.agreementReport(reportId), "disagreements", filter],
    queryFn: async ({ signal }) => {
      const address = `${ADDRESS}${reportId}/disagreements/`;
      const page = await get<{ results: Disagreement[] }>(
        address,
        { ...filter, limit: 50 },
        signal,
      );
      return page.results;
    },
  });

export const breakdownQuery = (
  reportId: string,
  by: "subject" | "clip" | "frame",
  filter: RowFilter,
) =>
  queryOptions({
    queryKey: [...keys.agreementReport(reportId), "breakdown", by, filter],
    queryFn: async ({ signal }) => {
      const address = `${ADDRESS}${reportId}/breakdown/`;
      return (await get<{ results: Breakdown[] }>(address, { ...filter, by }, signal)).results;
    },
  });

export const startAgreement = (body: AgreementStart) => post<Job>(ADDRESS, body);

export const openConsensus = (clipId: string) =>
  post<AnnotationSetRow>("/api/consensus/", { clip: clipId });

export const settleConsensus = (setId: string, body: ConsensusSettle) =>
  post<{ revision: number }>(`/api/consensus/${setId}/settle/`, body);

export const signConsensus = (setId: string, revision: number) =>
  post<AnnotationSetRow>(`/api/consensus/${setId}/sign/`, { revision });

export const reopenConsensus = (setId: string, reason: string) =>
  post<AnnotationSetRow>(`/api/consensus/${setId}/reopen/`, { reason });

export const restoreSet = (setId: string, number: number, base: number) =>
  post<{ revision: number }>(`/api/annotation-sets/${setId}/restore/`, {
    number,
    base_revision: base,
    idempotency_key: crypto.randomUUID(),
  });
