import type { Job } from "../api/types";

const NAMES: Record<string, string> = {
  upload_inspect: "Inspecting a recording",
  clip_ingest: "Taking a clip in",
  clip_preannotate: "Pre-annotating a clip",
  clip_export: "Exporting clips",
  project_export: "Exporting the project",
  fold_fit: "Training a fold",
  run_finalise: "Evaluating a training run",
  run_report: "Making a run's report",
  agreement_report: "Comparing readings",
  checks_measure: "Measuring re-reads and checks",
  model_export: "Exporting a model",
};

/** What a job does, for people; an unknown kind is spelt out. */
export const jobName = (kind: string): string =>
  NAMES[kind] ?? kind.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

/** Whether the job is the making of a zip that can be fetched now. */
export const isFetchable = ({ kind, state }: Pick<Job, "kind" | "state">): boolean =>
  (kind === "clip_export" || kind === "project_export") && state === "done";

/** The page of what a job is about; null while there is none, as for a clip being read. */
export function placeOf({
  kind,
  state,
  project,
  target_id: target,
}: Pick<Job, "kind" | "state" | "project" | "target_id">): string | null {
  if (project === null) return null;
  if (kind === "checks_measure") {
    return state === "done" ? `/projects/${project}/agreement/checks` : null;
  }
  if (target === null) return null;
  if (kind === "fold_fit" || kind === "run_finalise") {
    return `/projects/${project}/training/${target}`;
  }
  if (kind === "agreement_report" && state === "done") {
    return `/projects/${project}/agreement/${target}`;
  }
  if (kind === "model_export") return `/projects/${project}/models/${target}`;
  if (kind === "run_report") return `/projects/${project}/training/${target}/report`;
  if (kind === "clip_preannotate" || (kind === "clip_ingest" && state === "done")) {
    return `/clips/${target}/annotate`;
  }
  return null;
}
