import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { AnnotatorPage } from "../annotator/AnnotatorPage";
import { ExplorePage } from "../explore/ExplorePage";
import { ReviewPage } from "../review/ReviewPage";

const root = createRootRoute({ component: Outlet });

const annotate = createRoute({
  getParentRoute: () => root,
  path: "/clips/$clipId/annotate",
  component: () => <AnnotatorPage clipId={annotate.useParams().clipId} />,
});
const review = createRoute({
  getParentRoute: () => root,
  path: "/clips/$clipId/review/$setId",
  component: () => <ReviewPage {...review.useParams()} />,
});
const explore = createRoute({
  getParentRoute: () => root,
  path: "/clips/$clipId/explore",
  component: () => <ExplorePage clipId={explore.useParams().clipId} />,
});

export const router = createRouter({ routeTree: root.addChildren([annotate, review, explore]) });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
