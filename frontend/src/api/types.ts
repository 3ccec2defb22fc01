/** The nouns as the API gives them. */

export type Role = "admin" | "expert" | "trainee";
export type ClipState = "new" | "annotating" | "in_review" | "returned" | "accepted";
export type SetState = "draft" | "submitted" | "returned" | "accepted";
export type SetPurpose = "reader" | "consensus" | "suggestion" | "practice";
export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";
export type RunState = JobState;
export type FoldState = JobState;
export type StructureKind = "nerve" | "vessel" | "bone" | "other";
export type AliasName = "live" | "preannotate" | "candidate";

export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
}

export interface Person {
  id: string;
  name: string;
}

export interface Me {
  id: string;
  email: string;
  name: string;
  is_staff: boolean;
  memberships: { id: string; project: { id: string; name: string }; role: Role }[];
}

export interface Structure {
  id: string;
  code: string;
  name: string;
  kind: StructureKind;
  colour: string;
  channel: number;
}

export interface Procedure {
  id: string;
  code: string;
  name: string;
  description: string;
  structures: Structure[];
}

export interface Project {
  id: string;
  name: string;
  description: string;
  created_at: string;
  role: Role | null;
  procedure: Procedure;
  clip_count: number;
}

export interface Membership {
  id: string;
  project: string;
  user: { id: string; email: string; name: string };
  role: Role;
  created_at: string;
  invitation_url?: string | null;
}

export interface ApiToken {
  id: string;
  name: string;
  project: string | null;
  is_read_only: boolean;
  created_at: string;
  expires_at: string | null;
  last_used_at?: string | null;
  key?: string;
}

export interface Job {
  id: string;
  kind: string;
  queue: string;
  project: string | null;
  target_id: string | null;
  state: JobState;
  progress: number;
  message: string;
  error: string;
  log_tail: string;
  attempt: number;
  result: Record<string, unknown>;
  is_cancel_requested: boolean;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  owner: Person | null;
}

export interface AuditRecord {
  id: string;
  actor: Person | null;
  actor_label?: string;
  action: string;
  target_kind?: string;
  target_id?: string;
  detail?: Record<string, unknown>;
  created_at: string;
}

export interface Subject {
  id: string;
  project: string;
  pseudonym: string;
  clip_count: number;
  created_at: string;
}

export interface Clip {
  id: string;
  project: string;
  subject: { id: string; pseudonym: string };
  number: number;
  label: string;
  title: string;
  state: ClipState;
  width: number;
  height: number;
  frame_count: number;
  duration_s: number;
  microns_per_pixel: number | null;
  scanner: string;
  credit: string;
  thumbnail: string | null;
  created_at: string;
  has_suggestion: boolean;
  my_set_state: SetState | null;
}

export interface AnnotationSetRow {
  id: string;
  clip: string;
  purpose: SetPurpose;
  state: SetState;
  revision: number;
  author: Person | null;
  model_version_id: string | null;
  model_label: string | null;
  credit: string;
  created_at: string;
  updated_at: string;
  submitted_at: string | null;
  is_mine: boolean;
}

export interface QueueItem {
  clip: Clip;
  annotation_set: AnnotationSetRow;
}

export interface Queue {
  to_annotate: Clip[];
  to_review: QueueItem[];
  returned: QueueItem[];
}

export interface Recipe {
  name: string;
  title: string;
  description: string;
  source: string;
  input_height: number;
  input_width: number;
  default_epochs: number;
}

export interface Snapshot {
  id: string;
  project: string;
  number: number;
  sha256: string;
  frame_count: number;
  clip_count: number;
  subject_count: number;
  created_at: string;
  created_by: Person | null;
}

export interface SnapshotPreview {
  frame_count: number;
  clip_count: number;
  subject_count: number;
  structures: { code: string; name: string; frame_count: number }[];
}

export interface Epoch {
  number: number;
  loss: number;
  held_out_loss: number | null;
  held_out_dice: Record<string, number | null>;
  seconds: number;
}

export interface Fold {
  index: number;
  state: FoldState;
  metrics: Record<string, unknown>;
  error: string;
  progress: number;
  message: string;
  epochs: Epoch[];
}

export interface TrainingRun {
  id: string;
  project: string;
  snapshot: string;
  number: number;
  recipe: string;
  fold_count: number;
  epoch_count: number;
  seed: number;
  state: RunState;
  error: string;
  metrics: Record<string, unknown>;
  created_at: string;
  finished_at: string | null;
  model_version_id: string | null;
  folds: Fold[];
}

export interface ModelVersion {
  id: string;
  project: string;
  number: number;
  name: string;
  recipe: string;
  structures: unknown[];
  metrics: Record<string, unknown>;
  card: Record<string, unknown>;
  training_run_id: string | null;
  snapshot_sha256: string;
  members: { fold: number; sha256: string; byte_size: number }[];
  aliases: AliasName[];
  created_at: string;
}

export interface ModelVersionRef {
  id: string;
  number: number;
  name: string;
}

export interface Promotion {
  id: string;
  model_version: ModelVersionRef;
  previous: ModelVersionRef | null;
  reason: string;
  actor: Person | null;
  is_rollback: boolean;
  created_at: string;
}

export interface Alias {
  name: AliasName;
  model_version: ModelVersionRef;
  promotions: Promotion[];
}
