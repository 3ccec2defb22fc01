/** The nouns as the API gives them, from the generated schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

/**
 * An answer always carries every field. The schema marks those with a default as optional, since
 * it describes what may be sent as well.
 */
type Whole<T> = T extends (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Whole<Exclude<T[Name], undefined>> }
    : T;

type Answer<Name extends keyof Schemas> = Whole<Schemas[Name]>;

export type Role = Schemas["Role"];
export type ClipState = Schemas["ClipState"];
export type SetState = Schemas["SetState"];
export type SetPurpose = Schemas["SetPurpose"];
export type StructureKind = Schemas["StructureKind"];
export type AliasName = Schemas["AliasName"];

export interface Page<T> {
  next: string | null;
  previous: string | null;
  results: T[];
}

export type Me = Answer<"Me">;
export type Person = Answer<"Person">;
export type Structure = Answer<"Structure">;
export type Procedure = Answer<"Procedure">;
export type Project = Answer<"Project">;
export type Membership = Answer<"Membership">;
export type MemberAdded = Answer<"MemberAdded">;
export type ApiToken = Answer<"ApiToken">;
export type ApiTokenCreated = Answer<"ApiTokenCreated">;
export type AuditRecord = Answer<"AuditRecord">;
export type Job = Answer<"Job">;
export type JobState = Job["state"];
export type Subject = Answer<"Subject">;
export type Clip = Answer<"Clip">;
export type ClipDetail = Answer<"ClipDetail">;
export type ProjectFacets = Answer<"ProjectFacets">;
export type ProjectStorage = Answer<"ProjectStorage">;
export type ClipBulkDone = Answer<"ClipBulkDone">;
export type Upload = Answer<"Upload">;
export type UploadState = Upload["state"];
export type UploadDetail = Answer<"UploadDetail">;
export type UploadRedaction = Answer<"Redaction">;
export type Finding = Answer<"Finding">;
export type SourceFacts = Answer<"Facts">;
export type Preview = Answer<"Preview">;
export type FrameTable = Answer<"FrameTable">;
export type AnnotationSetRow = Answer<"AnnotationSet">;
export type AnnotationSetDetail = Answer<"AnnotationSetDetail">;
export type Queue = Answer<"Queue">;
export type QueuedAssignment = Answer<"QueuedAssignment">;
export type QueuePage = Answer<"QueuePage">;
export type Assignment = Answer<"Assignment">;
export type Assigned = Answer<"Assigned">;
export type AssignmentRule = Answer<"AssignmentRule">;
export type ReaderSummary = Answer<"ReaderSummary">;
export type ReaderFindings = Answer<"ReaderFindings">;
export type CheckKind = Schemas["CheckKindEnum"];
export type Notice = Answer<"Notice">;
export type QueueItem = Answer<"QueuedSet">;
export type Recipe = Answer<"Recipe">;
export type Snapshot = Answer<"Snapshot">;
export type SnapshotPreview = Answer<"SnapshotPreview">;
export type TrainingRun = Answer<"TrainingRun">;
export type ListedRun = Answer<"ListedRun">;
export type RunEstimate = Answer<"RunEstimate">;
export type RunReport = Answer<"RunReport">;
export type RunState = TrainingRun["state"];
export type Fold = Answer<"Fold">;
export type FoldStanding = Answer<"FoldState">;
export type FoldState = Fold["state"];
export type Epoch = Answer<"Epoch">;
export type ModelVersion = Answer<"ModelVersion">;
export type ModelComparison = Answer<"ModelComparison">;
export type PairedComparison = NonNullable<ModelComparison["comparison"]>;
export type ModelExport = Answer<"ModelExport">;
export type ModelExportStart = Schemas["ModelExportStartRequest"];
export type Gate = Answer<"Gate">;
export type ModelVersionRef = Answer<"ModelName">;
export type Promotion = Answer<"Promotion">;
export type Alias = Answer<"Alias">;
export type Suggestion = Answer<"Suggestion">;
export type Device = Answer<"Device">;
export type PairingCode = Answer<"PairingCode">;
export type LiveSession = Answer<"LiveSession">;
export type LiveTicket = Answer<"Ticket">;
export type Recording = Answer<"Recording">;

export type AgreementReport = Answer<"AgreementReport">;
export type AgreementDetail = Answer<"AgreementDetail">;
export type Comparable = Answer<"Comparable">;
export type Disagreement = Answer<"Disagreement">;
export type Breakdown = Answer<"BreakdownRow">;

/** Bodies that are sent. */
export type Assign = Schemas["AssignRequest"];
export type AssignCheck = Schemas["AssignCheckRequest"];
export type AgreementStart = Schemas["AgreementStartRequest"];
export type ConsensusSettle = Schemas["ConsensusSettleRequest"];
export type ExportStart = Schemas["ExportStartRequest"];
export type ClipBulk = Schemas["ClipBulkRequest"];
export type ProjectCreate = Schemas["ProjectCreateRequest"];
export type MemberAdd = Schemas["MemberAddRequest"];
export type TokenCreate = Schemas["ApiTokenCreateRequest"];
export type ClipEdit = Schemas["PatchedClipEditRequest"];
export type RunStart = Schemas["RunStartRequest"];
export type Promote = Schemas["PromoteRequest"];
export type Rollback = Schemas["RollbackRequest"];
export type Preannotate = Schemas["PreannotateRequest"];
export type RecordStart = Schemas["RecordRequest"];
export type ChooseModel = Schemas["ChooseModelRequest"];
