import { createRoute, createRouter } from "@tanstack/react-router";
import { AccountPage } from "../account/AccountPage";
import { LibraryPage } from "../library/LibraryPage";
import { LogInPage } from "../login/LogInPage";
import { SetPasswordPage } from "../login/SetPasswordPage";
import { ProjectsPage } from "../projects/ProjectsPage";
import { clipRoutes } from "./clipRoutes";
import { BrokenPage, NotFoundPage } from "./FailurePages";
import { InProject } from "./InProject";
import { inside, root } from "./inside";
import * as later from "./lazyPages";
import { practiceRoutes } from "./practiceRoutes";
import { StartPage } from "./StartPage";

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: ({ next }: Record<string, unknown>): { next?: string } =>
    typeof next === "string" ? { next } : {},
  component: () => <LogInPage next={login.useSearch().next} />,
});
const setPassword = createRoute({
  getParentRoute: () => root,
  path: "/password/reset/$key",
  component: () => <SetPasswordPage resetKey={setPassword.useParams().key} />,
});

const start = createRoute({
  getParentRoute: () => inside,
  path: "/",
  component: () => <StartPage />,
});
const projects = createRoute({
  getParentRoute: () => inside,
  path: "/projects",
  component: ProjectsPage,
});
const account = createRoute({
  getParentRoute: () => inside,
  path: "/account",
  component: AccountPage,
});
const shortcuts = createRoute({
  getParentRoute: () => inside,
  path: "/account/keyboard",
  component: () => <later.ShortcutsPage />,
});

const library = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/library",
  component: () => (
    <InProject {...library.useParams()}>
      {(project) => <LibraryPage key={project.id} project={project} />}
    </InProject>
  ),
});
const training = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/training",
  component: () => (
    <InProject {...training.useParams()} room="Training">
      {(project) => <later.TrainingPage project={project} />}
    </InProject>
  ),
});
const newRun = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/training/new",
  component: () => (
    <InProject {...newRun.useParams()} room="Training">
      {(project) => <later.NewRunPage project={project} />}
    </InProject>
  ),
});
const run = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/training/$runId",
  component: () => {
    const { projectId, runId } = run.useParams();
    return (
      <InProject projectId={projectId} room="Training">
        {(project) => <later.RunPage project={project} runId={runId} />}
      </InProject>
    );
  },
});
const runReport = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/training/$runId/report",
  component: () => {
    const { projectId, runId } = runReport.useParams();
    return (
      <InProject projectId={projectId} room="Training">
        {(project) => <later.ReportPage project={project} runId={runId} />}
      </InProject>
    );
  },
});
const agreement = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/agreement",
  component: () => (
    <InProject {...agreement.useParams()} room="Agreement">
      {(project) => <later.AgreementPage key={project.id} project={project} />}
    </InProject>
  ),
});
const agreementReport = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/agreement/$reportId",
  component: () => {
    const { projectId, reportId } = agreementReport.useParams();
    return (
      <InProject projectId={projectId} room="Agreement">
        {(project) => <later.AgreementReportPage project={project} reportId={reportId} />}
      </InProject>
    );
  },
});
const checkedReaders = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/agreement/checks",
  component: () => (
    <InProject {...checkedReaders.useParams()} room="Agreement">
      {(project) => <later.CheckedReadersPage key={project.id} project={project} />}
    </InProject>
  ),
});
const readerChecks = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/agreement/checks/$readerId",
  component: () => {
    const { projectId, readerId } = readerChecks.useParams();
    return (
      <InProject projectId={projectId} room="Agreement">
        {(project) => (
          <later.ReaderChecksPage key={readerId} project={project} readerId={readerId} />
        )}
      </InProject>
    );
  },
});
const models = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/models",
  component: () => (
    <InProject {...models.useParams()} room="Models">
      {(project) => <later.ModelsPage key={project.id} project={project} />}
    </InProject>
  ),
});
const compareModels = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/models/compare",
  validateSearch: ({ first, second }: Record<string, unknown>) => ({
    first: typeof first === "string" ? first : "",
    second: typeof second === "string" ? second : "",
  }),
  component: () => {
    const { first, second } = compareModels.useSearch();
    return (
      <InProject {...compareModels.useParams()} room="Models">
        {(project) => <later.ComparePage project={project} first={first} second={second} />}
      </InProject>
    );
  },
});
const model = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/models/$versionId",
  component: () => {
    const { projectId, versionId } = model.useParams();
    return (
      <InProject projectId={projectId} room="Models">
        {(project) => <later.ModelPage project={project} versionId={versionId} />}
      </InProject>
    );
  },
});
const live = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/live",
  component: () => (
    <InProject {...live.useParams()}>
      {(project) => <later.LivePage key={project.id} project={project} />}
    </InProject>
  ),
});
const liveSession = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/live/$sessionId",
  component: () => {
    const { projectId, sessionId } = liveSession.useParams();
    return (
      <InProject projectId={projectId}>
        {(project) => (
          <later.LiveSessionPage key={sessionId} project={project} sessionId={sessionId} />
        )}
      </InProject>
    );
  },
});
const shortLive = createRoute({
  getParentRoute: () => inside,
  path: "/live",
  component: () => <StartPage room="live" />,
});
const shortLiveSession = createRoute({
  getParentRoute: () => inside,
  path: "/live/$sessionId",
  component: () => <later.ToLiveSession {...shortLiveSession.useParams()} />,
});
const people = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/people",
  component: () => (
    <InProject {...people.useParams()}>
      {(project) => <later.PeoplePage key={project.id} project={project} />}
    </InProject>
  ),
});

const queue = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/queue",
  component: () => (
    <InProject {...queue.useParams()} room="Queue">
      {(project) => <later.QueuePage key={project.id} project={project} />}
    </InProject>
  ),
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    setPassword,
    inside.addChildren([
      start,
      projects,
      account,
      shortcuts,
      library,
      training,
      newRun,
      run,
      runReport,
      agreement,
      agreementReport,
      checkedReaders,
      readerChecks,
      models,
      compareModels,
      model,
      live,
      liveSession,
      shortLive,
      shortLiveSession,
      people,
      queue,
      ...practiceRoutes,
      ...clipRoutes,
    ]),
  ]),
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: BrokenPage,
  scrollRestoration: true,
  // a pointer that rests on a clip asks for what its loader asks for
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
