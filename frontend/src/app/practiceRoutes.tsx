import { createRoute } from "@tanstack/react-router";
import { InProject } from "./InProject";
import { inside } from "./inside";
import * as later from "./lazyPages";

const practice = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/practice",
  component: () => (
    <InProject {...practice.useParams()}>
      {(project) => <later.PracticePage key={project.id} project={project} />}
    </InProject>
  ),
});
const newCourse = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/practice/new",
  component: () => (
    <InProject {...newCourse.useParams()}>
      {(project) => <later.NewCoursePage key={project.id} project={project} />}
    </InProject>
  ),
});
const course = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/practice/$courseId",
  component: () => {
    const { projectId, courseId } = course.useParams();
    return (
      <InProject projectId={projectId}>
        {(project) => <later.CoursePage key={courseId} project={project} courseId={courseId} />}
      </InProject>
    );
  },
});
const practiceRoom = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/practice/$courseId/room",
  component: () => {
    const { projectId, courseId } = practiceRoom.useParams();
    return (
      <InProject projectId={projectId}>
        {(project) => (
          <later.PracticeRoomPage key={courseId} project={project} courseId={courseId} />
        )}
      </InProject>
    );
  },
});
const certificate = createRoute({
  getParentRoute: () => inside,
  path: "/projects/$projectId/practice/$courseId/certificate",
  component: () => <later.CertificatePage {...certificate.useParams()} />,
});

/** Courses, from their list to the certificate. */
export const practiceRoutes = [practice, newCourse, course, practiceRoom, certificate] as const;
