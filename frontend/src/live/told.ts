import type { SourceState } from "./display";
import type { HubMessage, LiveClass, RecordingNow, RunningModel } from "./hubMessages";

/** What the hub has told of a session so far. */
export interface Told {
  readonly source: { readonly kind: string; readonly state: SourceState; readonly reason: string };
  /** This machine's clock when the source's state was heard. */
  readonly stateHeardUs: number;
  readonly classes: readonly LiveClass[];
  readonly model: RunningModel | null;
  readonly mayCommand: boolean;
  readonly commands: readonly string[];
  readonly recording: RecordingNow | null;
  /** Why the last recording stopped by itself; empty otherwise. */
  readonly recordingReason: string;
  readonly sourceFps: number;
  readonly viewers: number;
  readonly refusal: string | null;
}

export const NOTHING_TOLD: Told = {
  source: { kind: "", state: "CONNECTING", reason: "" },
  stateHeardUs: 0,
  classes: [],
  model: null,
  mayCommand: false,
  commands: [],
  recording: null,
  recordingReason: "",
  sourceFps: 0,
  viewers: 0,
  refusal: null,
};

/** What is known after a message that came at `nowUs`. */
export function heard(told: Told, message: HubMessage, nowUs: number): Told {
  switch (message.type) {
    case "hello":
      return {
        ...told,
        source: { kind: message.source, state: message.state, reason: message.reason },
        stateHeardUs: nowUs,
        classes: message.classes,
        model: message.model,
        mayCommand: message.mayCommand,
        commands: message.commands,
        recording: message.recording,
      };
    case "state": {
      const source = { ...told.source, state: message.state, reason: message.reason };
      return { ...told, source, stateHeardUs: nowUs };
    }
    case "model":
      return { ...told, model: message.model, classes: message.classes ?? told.classes };
    case "recording": {
      const { recording, reason } = message;
      return { ...told, recording, recordingReason: recording === null ? reason : "" };
    }
    case "stats":
      return { ...told, sourceFps: message.sourceFps, viewers: message.viewers };
    case "error":
      return { ...told, refusal: message.detail };
    default:
      return told;
  }
}
