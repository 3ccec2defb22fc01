import { queryOptions } from "@tanstack/react-query";
import { get, post, remove } from "./client";
import { keys } from "./keys";
import { allOf } from "./pages";
import type {
  ChooseModel,
  Device,
  LiveSession,
  PairingCode,
  Recording,
  RecordStart,
} from "./types";

/** The open sessions of a project, newest first, with what the hub says of them now. */
export const liveSessionsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.liveSessions(projectId),
    queryFn: ({ signal }) =>
      allOf<LiveSession>("/api/live-sessions/", { project: projectId, open: true }, signal, 1),
    refetchInterval: 3000,
  });

const MOVING: readonly string[] = ["recording", "ingesting"] satisfies Recording["state"][];

export const liveSessionQuery = (sessionId: string) =>
  queryOptions({
    queryKey: keys.liveSession(sessionId),
    queryFn: ({ signal }) => get<LiveSession>(`/api/live-sessions/${sessionId}/`, {}, signal),
    refetchInterval: ({ state }) => {
      const recording = state.data?.recording;
      return recording && MOVING.includes(recording.state) ? 1500 : 5000;
    },
  });

export const chooseLiveModel = (sessionId: string, choice: ChooseModel) =>
  post<LiveSession>(`/api/live-sessions/${sessionId}/model/`, choice);

export const endLiveSession = (sessionId: string) =>
  post<LiveSession>(`/api/live-sessions/${sessionId}/end/`);

export const startRecording = (sessionId: string, start: RecordStart) =>
  post<Recording>(`/api/live-sessions/${sessionId}/record/`, start);

export const stopRecording = (recordingId: string) =>
  post<Recording>(`/api/recordings/${recordingId}/stop/`);

export const devicesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.devices(projectId),
    queryFn: ({ signal }) => allOf<Device>("/api/devices/", { project: projectId }, signal),
    refetchInterval: 5000,
  });

export const createPairingCode = (projectId: string) =>
  post<PairingCode>("/api/devices/codes/", { project: projectId });

export const revokeDevice = (deviceId: string) => remove(`/api/devices/${deviceId}/`);
