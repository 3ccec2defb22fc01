import { Badge, Button, Group, Menu, Skeleton, Tabs, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { keys } from "../api/keys";
import { type Course, courseQuery, deleteCourse, editCourse, leaveCourse } from "../api/practice";
import type { Project } from "../api/types";
import { count } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { StructureLegend } from "../parts/StructureLegend";
import { tellDone, tellError } from "../parts/tell";
import { CohortPanel } from "./CohortPanel";
import { EnrolPanel } from "./EnrolPanel";
import { QuestionList } from "./QuestionList";
import { LEVEL_NAMES } from "./words";

interface CoursePageProps {
  project: Project;
  courseId: string;
}

/** A course: for teachers its questions and how trainees do, for trainees the way in. */
export function CoursePage({ project, courseId }: CoursePageProps) {
  const course = useQuery(courseQuery(courseId));
  if (course.isPending) return <Skeleton m="lg" height={240} />;
  if (course.isError) {
    return (
      <RoomPage title="Course">
        <Problem error={course.error} onRetry={course.refetch} />
      </RoomPage>
    );
  }
  const row = course.data;
  const isTeacher = project.role !== "trainee";
  return (
    <RoomPage
      title={row.title}
      subtitle={
        <Group gap="sm">
          <span>
            {LEVEL_NAMES[row.level]} · {count(row.questions, "question")} on{" "}
            {count(row.clips, "clip")}
          </span>
          <Badge
            radius="sm"
            tt="none"
            variant="light"
            color={row.state === "open" ? "teal" : "gray"}
          >
            {row.state === "open" ? "Open" : row.state === "draft" ? "Draft" : "Closed"}
          </Badge>
        </Group>
      }
      actions={
        isTeacher ? (
          <TeacherActs course={row} project={project} />
        ) : (
          <TraineeActs course={row} project={project} />
        )
      }
    >
      {row.description !== "" && (
        <Text mb="md" maw={760} style={{ whiteSpace: "pre-wrap" }}>
          {row.description}
        </Text>
      )}
      <StructureLegend structures={row.structures} />
      {isTeacher && (
        <Tabs
          key={row.state === "draft" ? "draft" : "shown"}
          defaultValue={row.state === "draft" ? "questions" : "cohort"}
          mt="lg"
          keepMounted={false}
        >
          <Tabs.List>
            <Tabs.Tab value="questions">Questions</Tabs.Tab>
            <Tabs.Tab value="cohort">Trainees and progress</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="questions" pt="md">
            <QuestionList course={row} />
          </Tabs.Panel>
          <Tabs.Panel value="cohort" pt="md">
            <EnrolPanel project={project} courseId={courseId} />
            <CohortPanel course={row} />
          </Tabs.Panel>
        </Tabs>
      )}
    </RoomPage>
  );
}

function useCourseRefresh(course: Course) {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: keys.course(course.id) }),
      queries.invalidateQueries({ queryKey: keys.courses(course.project) }),
    ]);
}

function TeacherActs({ course, project }: { course: Course; project: Project }) {
  const refresh = useCourseRefresh(course);
  const navigate = useNavigate();
  const change = useMutation({
    mutationFn: (state: Course["state"]) => editCourse(course.id, { state }),
    onSuccess: async ({ state }) => {
      await refresh();
      tellDone(state === "open" ? "Trainees can begin." : "Nobody can answer any more.");
    },
    onError: (error) => tellError(error),
  });
  const remove = useMutation({
    mutationFn: () => deleteCourse(course.id),
    onSuccess: async () => {
      await navigate({ to: `/projects/${project.id}/practice` });
      await refresh();
    },
    onError: (error) => tellError(error, "The course was not deleted"),
  });
  const ask = () =>
    modals.openConfirmModal({
      title: "Delete this course?",
      children: "Its questions go with it. Clips and annotations stay.",
      labels: { confirm: "Delete", cancel: "Keep" },
      confirmProps: { color: "red" },
      onConfirm: () => remove.mutate(),
    });
  return (
    <>
      {course.state !== "open" && (
        <Button loading={change.isPending} onClick={() => change.mutate("open")}>
          {course.state === "draft" ? "Open to trainees" : "Open again"}
        </Button>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default">More</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {course.state === "open" && (
            <Menu.Item onClick={() => change.mutate("closed")}>Close the course</Menu.Item>
          )}
          <Menu.Item color="red" onClick={ask}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function TraineeActs({ course, project }: { course: Course; project: Project }) {
  const refresh = useCourseRefresh(course);
  const queries = useQueryClient();
  const { enrolment } = course;
  const leave = useMutation({
    mutationFn: () => leaveCourse(enrolment?.id ?? ""),
    onSuccess: async () => {
      await refresh();
      await queries.invalidateQueries({ queryKey: ["annotation-sets"] });
      await queries.invalidateQueries({ queryKey: ["suggestions"] });
    },
    onError: (error) => tellError(error),
  });
  if (enrolment === null) return null;
  const home = `/projects/${project.id}/practice/${course.id}`;
  const ask = () =>
    modals.openConfirmModal({
      title: "Leave this course for good?",
      children:
        "You can then look at all annotations of its clips, and cannot enter the course again. " +
        "What you have answered stays.",
      labels: { confirm: "Leave", cancel: "Stay" },
      onConfirm: () => leave.mutate(),
    });
  return (
    <>
      {enrolment.ended_at === null && course.state === "open" && (
        <Button component={Link} to={`${home}/room`}>
          {course.answered === 0 ? "Begin" : "Go on"}
        </Button>
      )}
      {course.questions > 0 && course.answered === course.questions && (
        <Button component={Link} to={`${home}/certificate`} variant="default">
          Certificate
        </Button>
      )}
      {enrolment.ended_at === null && (
        <Button variant="subtle" color="gray" onClick={ask} loading={leave.isPending}>
          Leave…
        </Button>
      )}
    </>
  );
}
