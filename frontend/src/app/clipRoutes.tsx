import { createRoute } from "@tanstack/react-router";
import { expectClip } from "./expectClip";
import { inside } from "./inside";
import * as later from "./lazyPages";
import { reviewAt, type StartAt, startAt } from "./startAt";

const annotate = createRoute({
  getParentRoute: () => inside,
  path: "/clips/$clipId/annotate",
  validateSearch: startAt,
  loader: ({ params }) => expectClip(params.clipId),
  component: () => {
    const { clipId } = annotate.useParams();
    const { frame } = annotate.useSearch();
    return <later.AnnotatorPage key={clipId} clipId={clipId} frame={frame} />;
  },
});
const review = createRoute({
  getParentRoute: () => inside,
  path: "/clips/$clipId/review/$setId",
  validateSearch: reviewAt,
  loader: ({ params }) => expectClip(params.clipId),
  component: () => {
    const { clipId, setId } = review.useParams();
    const { frame, against, revision } = review.useSearch();
    const at = { frame, against, revision };
    return <later.ReviewPage key={setId} clipId={clipId} setId={setId} {...at} />;
  },
});
const correct = createRoute({
  getParentRoute: () => inside,
  path: "/clips/$clipId/correct/$setId",
  validateSearch: startAt,
  loader: ({ params }) => expectClip(params.clipId),
  component: () => {
    const { clipId, setId } = correct.useParams();
    const { frame } = correct.useSearch();
    return <later.CorrectPage key={setId} clipId={clipId} setId={setId} frame={frame} />;
  },
});
const adjudicate = createRoute({
  getParentRoute: () => inside,
  path: "/clips/$clipId/adjudicate",
  validateSearch: (search: Record<string, unknown>): StartAt & { structure?: string } => ({
    ...startAt(search),
    ...(typeof search.structure === "string" && { structure: search.structure }),
  }),
  loader: ({ params }) => expectClip(params.clipId),
  component: () => {
    const { clipId } = adjudicate.useParams();
    const { frame = 0, structure } = adjudicate.useSearch();
    return (
      <later.AdjudicatePage key={clipId} clipId={clipId} frame={frame} structure={structure} />
    );
  },
});
const adjudicateDraw = createRoute({
  getParentRoute: () => inside,
  path: "/clips/$clipId/adjudicate/draw",
  loader: ({ params }) => expectClip(params.clipId),
  component: () => {
    const { clipId } = adjudicateDraw.useParams();
    return <later.AnnotatorPage key={`${clipId} consensus`} clipId={clipId} purpose="consensus" />;
  },
});
const explore = createRoute({
  getParentRoute: () => inside,
  path: "/clips/$clipId/explore",
  validateSearch: startAt,
  loader: ({ params }) => expectClip(params.clipId),
  component: () => {
    const { clipId } = explore.useParams();
    const { frame } = explore.useSearch();
    return <later.ExplorePage key={clipId} clipId={clipId} frame={frame} />;
  },
});
const confirm = createRoute({
  getParentRoute: () => inside,
  path: "/uploads/$uploadId",
  component: () => {
    const { uploadId } = confirm.useParams();
    return <later.ConfirmPage key={uploadId} uploadId={uploadId} />;
  },
});

/** The rooms that open a clip. */
export const clipRoutes = [
  annotate,
  review,
  correct,
  adjudicate,
  adjudicateDraw,
  explore,
  confirm,
] as const;
