/** Rooms that are loaded when they are first entered, each in a file of its own. */
import { type ComponentType, lazy } from "react";

// The router's own lazy component loads the page anew by itself, also where the connection is away
// and the page that stands there is all one has; here `staleBuild` decides that.
const later = <Props>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => ({ default: await load() }));

export const TrainingPage = later(
  async () => (await import("../training/TrainingPage")).TrainingPage,
);
export const NewRunPage = later(async () => (await import("../training/NewRunPage")).NewRunPage);
export const RunPage = later(async () => (await import("../training/RunPage")).RunPage);
export const ModelsPage = later(async () => (await import("../models/ModelsPage")).ModelsPage);
export const ModelPage = later(async () => (await import("../models/ModelPage")).ModelPage);
export const PeoplePage = later(async () => (await import("../people/PeoplePage")).PeoplePage);
export const AnnotatorPage = later(
  async () => (await import("../annotator/AnnotatorPage")).AnnotatorPage,
);
export const ReviewPage = later(async () => (await import("../review/ReviewPage")).ReviewPage);
export const ExplorePage = later(async () => (await import("../explore/ExplorePage")).ExplorePage);
export const ConfirmPage = later(async () => (await import("../uploads/ConfirmPage")).ConfirmPage);
