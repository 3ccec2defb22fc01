const NAMES: Record<string, string> = {
  upload_inspect: "Inspecting a recording",
  clip_ingest: "Taking a clip in",
  clip_preannotate: "Pre-annotating a clip",
  fold_fit: "Training a fold",
  run_finalise: "Evaluating a training run",
};

/** What a job does, for people; an unknown kind is spelt out. */
export const jobName = (kind: string): string =>
  NAMES[kind] ?? kind.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());
