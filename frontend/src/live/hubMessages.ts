/** Control messages of the hub as `docs/live.md` lists them; what is not one of them is null. */

import { SOURCE_STATES, type SourceState } from "./display";

export interface LiveClass {
  readonly index: number;
  readonly code: string;
  readonly name: string;
  readonly colour: string;
}

export interface RunningModel {
  readonly id: string;
  readonly label: string;
  /** `loading`, `running`, `slow`, `failed` or `refused`. */
  readonly state: string;
  /** Why no masks come although a model is chosen; empty when they do. */
  readonly reason: string;
  /** What computes it, as the engine names it. */
  readonly runtime: string;
}

export interface RecordingNow {
  readonly seconds: number;
  readonly frames: number;
  /** Frames that the disk was too slow for. */
  readonly lost: number;
}

export interface HubHello {
  readonly type: "hello";
  readonly source: string;
  readonly state: SourceState;
  readonly reason: string;
  readonly model: RunningModel | null;
  readonly classes: readonly LiveClass[];
  readonly mayCommand: boolean;
  readonly commands: readonly string[];
  readonly recording: RecordingNow | null;
}

export type HubMessage =
  | HubHello
  | { readonly type: "state"; readonly state: SourceState; readonly reason: string }
  | {
      readonly type: "model";
      readonly model: RunningModel | null;
      readonly classes: readonly LiveClass[] | null;
    }
  | {
      readonly type: "recording";
      readonly recording: RecordingNow | null;
      /** Why it stopped by itself; empty otherwise. */
      readonly reason: string;
    }
  | { readonly type: "pong"; readonly t0: number; readonly t1: number; readonly t2: number }
  | { readonly type: "stats"; readonly sourceFps: number; readonly viewers: number }
  | { readonly type: "done"; readonly id: string; readonly error: string | null }
  | { readonly type: "error"; readonly code: string; readonly detail: string; readonly id: string };

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const stateOf = (value: unknown): SourceState =>
  SOURCE_STATES.find((state) => state === value) ?? "CONNECTING";

/** Read one text of the hub. */
export function readHubMessage(raw: string): HubMessage | null {
  let message: unknown;
  try {
    message = JSON.parse(raw);
  } catch {
    return null;
  }
  return isFields(message) ? messageOf(message) : null;
}

function messageOf(message: Fields): HubMessage | null {
  switch (message.type) {
    case "hello":
      return {
        type: "hello",
        source: text(message.source),
        state: stateOf(message.state),
        reason: text(message.reason),
        model: modelOf(message.model),
        classes: classesOf(message.classes),
        mayCommand: message.may_command === true,
        commands: listOf(message.commands).map(text),
        recording: recordingOf(message.recording),
      };
    case "state":
      return { type: "state", state: stateOf(message.state), reason: text(message.reason) };
    case "model":
      return {
        type: "model",
        model: modelOf(message.model),
        classes: Array.isArray(message.classes) ? classesOf(message.classes) : null,
      };
    case "recording":
      return {
        type: "recording",
        recording: recordingOf(message.recording),
        reason: text(message.reason),
      };
    case "pong":
      return {
        type: "pong",
        t0: Number(message.t0_us),
        t1: Number(message.t1_us),
        t2: Number(message.t2_us),
      };
    case "stats":
      return {
        type: "stats",
        sourceFps: number(message.source_fps),
        viewers: number(message.viewers),
      };
    case "done":
      return { type: "done", id: text(message.id), error: text(message.error) || null };
    case "error":
      return {
        type: "error",
        code: text(message.code),
        detail: text(message.detail),
        id: text(message.id),
      };
    default:
      return null;
  }
}

function recordingOf(value: unknown): RecordingNow | null {
  if (!isFields(value)) return null;
  const { seconds, frames, lost } = value;
  return { seconds: number(seconds), frames: number(frames), lost: number(lost) };
}

function modelOf(value: unknown): RunningModel | null {
  if (!isFields(value)) return null;
  return {
    id: text(value.id),
    label: text(value.label),
    state: text(value.state),
    reason: text(value.reason),
    runtime: text(value.runtime),
  };
}

function classesOf(value: unknown): LiveClass[] {
  return listOf(value).flatMap((each) => {
    if (!isFields(each) || typeof each.index !== "number") return [];
    return [
      {
        index: each.index,
        code: text(each.code),
        name: text(each.name) || text(each.code),
        colour: text(each.colour),
      },
    ];
  });
}
