/** Rooms that are loaded when they are first entered, each in a file of its own. */
import { type ComponentType, createElement, type FunctionComponent, lazy, useState } from "react";
import { quietly } from "./staleBuild";

interface Later<Props> extends FunctionComponent<Props> {
  /** Load it before it is entered; where that fails it is tried again then. */
  preload(): Promise<unknown>;
}

/**
 * The router's own lazy component loads the page anew by itself, also where the connection is away
 * and the page that stands there is all one has; here `staleBuild` decides that. A room that is
 * loaded is drawn at once: React holds back what has once shown a fallback for 300 ms.
 */
function later<Props extends object>(load: () => Promise<ComponentType<Props>>): Later<Props> {
  let here: ComponentType<Props> | null = null;
  const loaded = async () => {
    here = await load();
    return here;
  };
  const Suspended = lazy(async () => ({ default: await loaded() }));
  const Room = (props: Props) => {
    // for as long as it stands, as another type would be another room
    const [Now] = useState(() => here ?? Suspended);
    return createElement(Now as ComponentType<Props>, props);
  };
  return Object.assign(Room, { preload: () => quietly(loaded) });
}

export const TrainingPage = later(
  async () => (await import("../training/TrainingPage")).TrainingPage,
);
export const NewRunPage = later(async () => (await import("../training/NewRunPage")).NewRunPage);
export const RunPage = later(async () => (await import("../training/RunPage")).RunPage);
export const ReportPage = later(
  async () => (await import("../training/report/ReportPage")).ReportPage,
);
export const AgreementPage = later(
  async () => (await import("../agreement/AgreementPage")).AgreementPage,
);
export const AgreementReportPage = later(
  async () => (await import("../agreement/AgreementReportPage")).AgreementReportPage,
);
export const CheckedReadersPage = later(
  async () => (await import("../checks/CheckedReadersPage")).CheckedReadersPage,
);
export const ReaderChecksPage = later(
  async () => (await import("../checks/ReaderChecksPage")).ReaderChecksPage,
);
export const AdjudicatePage = later(
  async () => (await import("../adjudicate/AdjudicatePage")).AdjudicatePage,
);
export const ModelsPage = later(async () => (await import("../models/ModelsPage")).ModelsPage);
export const ComparePage = later(async () => (await import("../models/ComparePage")).ComparePage);
export const ModelPage = later(async () => (await import("../models/ModelPage")).ModelPage);
export const PeoplePage = later(async () => (await import("../people/PeoplePage")).PeoplePage);
export const LivePage = later(async () => (await import("../live/LivePage")).LivePage);
export const LiveSessionPage = later(
  async () => (await import("../live/LiveSessionPage")).LiveSessionPage,
);
export const ToLiveSession = later(
  async () => (await import("../live/ToLiveSession")).ToLiveSession,
);
export const ShortcutsPage = later(
  async () => (await import("../account/ShortcutsPage")).ShortcutsPage,
);
export const AnnotatorPage = later(
  async () => (await import("../annotator/AnnotatorPage")).AnnotatorPage,
);
export const ReviewPage = later(async () => (await import("../review/ReviewPage")).ReviewPage);
export const CorrectPage = later(async () => (await import("../review/CorrectPage")).CorrectPage);
export const QueuePage = later(async () => (await import("../queue/QueuePage")).QueuePage);
export const ExplorePage = later(async () => (await import("../explore/ExplorePage")).ExplorePage);
export const PracticePage = later(async () => (await import("../practice")).PracticePage);
export const NewCoursePage = later(async () => (await import("../practice")).NewCoursePage);
export const CoursePage = later(async () => (await import("../practice")).CoursePage);
export const PracticeRoomPage = later(async () => (await import("../practice")).PracticeRoomPage);
export const CertificatePage = later(async () => (await import("../practice")).CertificatePage);
export const ConfirmPage = later(async () => (await import("../uploads/ConfirmPage")).ConfirmPage);

/** The rooms with clips and the threads that decode frames, while nobody waits for anything. */
export async function preloadClipRooms(): Promise<void> {
  const rooms = [AnnotatorPage, ReviewPage, ExplorePage].map((room) => room.preload());
  await Promise.allSettled(rooms);
  await quietly(async () => (await import("../frames")).decoderPool().warm()).catch(
    () => undefined,
  );
}
