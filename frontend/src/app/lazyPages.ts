/** Rooms that are loaded when they are first entered, each in a file of its own. */
import { lazyRouteComponent } from "@tanstack/react-router";

export const TrainingPage = lazyRouteComponent(
  () => import("../training/TrainingPage"),
  "TrainingPage",
);
export const NewRunPage = lazyRouteComponent(() => import("../training/NewRunPage"), "NewRunPage");
export const RunPage = lazyRouteComponent(() => import("../training/RunPage"), "RunPage");
export const ModelsPage = lazyRouteComponent(() => import("../models/ModelsPage"), "ModelsPage");
export const ModelPage = lazyRouteComponent(() => import("../models/ModelPage"), "ModelPage");
export const PeoplePage = lazyRouteComponent(() => import("../people/PeoplePage"), "PeoplePage");
export const AnnotatorPage = lazyRouteComponent(
  () => import("../annotator/AnnotatorPage"),
  "AnnotatorPage",
);
export const ReviewPage = lazyRouteComponent(() => import("../review/ReviewPage"), "ReviewPage");
export const ExplorePage = lazyRouteComponent(
  () => import("../explore/ExplorePage"),
  "ExplorePage",
);
