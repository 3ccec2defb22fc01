import {
  Badge,
  Button,
  Card,
  Group,
  Progress,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from "@mantine/core";
import { IconPlus, IconSchool } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { keys } from "../api/keys";
import { type Course, coursesQuery, joinCourse, progressQuery } from "../api/practice";
import type { Project } from "../api/types";
import { count, score } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { StructureLegend, Swatch } from "../parts/StructureLegend";
import { tellError } from "../parts/tell";
import classes from "./practice.module.css";
import { LEVEL_NAMES, shareWords } from "./words";

/** The courses of a project, and how far one has come in them. */
export function PracticePage({ project }: { project: Project }) {
  const courses = useQuery(coursesQuery(project.id));
  const isTeacher = project.role !== "trainee";
  return (
    <RoomPage
      title="Practice"
      subtitle={
        isTeacher
          ? "Courses made of accepted clips, and how trainees do in them."
          : "Answer first, alone; then see what the experts say, and where you differ."
      }
      actions={
        isTeacher && (
          <Button
            component={Link}
            to={`/projects/${project.id}/practice/new`}
            leftSection={<IconPlus size={16} />}
          >
            New course
          </Button>
        )
      }
    >
      {courses.isPending && <Skeleton height={200} />}
      {courses.isError && <Problem error={courses.error} onRetry={courses.refetch} />}
      {courses.data?.length === 0 && (
        <EmptyState icon={IconSchool} title="No course yet">
          {isTeacher
            ? "Make one from accepted clips: choose clips, structures and ways of asking. The frames are proposed."
            : "An expert of this project makes courses from accepted clips. They appear here."}
        </EmptyState>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {courses.data?.map((course) => (
          <CourseCard key={course.id} course={course} project={project} isTeacher={isTeacher} />
        ))}
      </SimpleGrid>
      {!isTeacher && <Progresses />}
    </RoomPage>
  );
}

interface CourseCardProps {
  course: Course;
  project: Project;
  isTeacher: boolean;
}

function CourseCard({ course, project, isTeacher }: CourseCardProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const home = `/projects/${project.id}/practice/${course.id}`;
  const isIn = course.enrolment !== null && course.enrolment.ended_at === null;
  const join = useMutation({
    mutationFn: () => joinCourse(course.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.courses(project.id) });
      // what is drawn on the course's clips is veiled from now on
      await queries.invalidateQueries({ queryKey: ["annotation-sets"] });
      await queries.invalidateQueries({ queryKey: ["suggestions"] });
      await navigate({ to: `${home}/room` });
    },
    onError: (error) => tellError(error, "You could not join"),
  });
  return (
    <Card withBorder className={classes.card} data-testid="course">
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h4">
            <Link to={home} style={{ color: "inherit" }}>
              {course.title}
            </Link>
          </Title>
          <Badge variant="light" radius="sm" tt="none" color="gray" flex="none">
            {course.state === "open" ? LEVEL_NAMES[course.level] : STATES[course.state]}
          </Badge>
        </Group>
        {course.description !== "" && (
          <Text size="sm" c="dimmed" lineClamp={3}>
            {course.description}
          </Text>
        )}
        <StructureLegend structures={course.structures} />
        <Text size="sm" c="dimmed" mt="auto">
          {count(course.questions, "question")} on {count(course.clips, "clip")}
          {isTeacher && ` · ${count(course.trainees, "trainee")}`}
        </Text>
        {isIn && (
          <Progress
            value={course.questions === 0 ? 0 : (100 * course.answered) / course.questions}
            aria-label="Questions answered"
          />
        )}
        {!isTeacher && course.state === "open" && isIn && (
          <Button component={Link} to={`${home}/room`}>
            {goOnWords(course)}
          </Button>
        )}
        {!isTeacher && course.state === "open" && course.enrolment === null && (
          <>
            <Text size="xs" c="dimmed">
              While you are in the course, what experts and models drew on its clips is shown after
              your answers only.
            </Text>
            <Button onClick={() => join.mutate()} loading={join.isPending}>
              Begin
            </Button>
          </>
        )}
        {isTeacher && (
          <Button component={Link} to={home} variant="default">
            {course.state === "draft" ? "Look it over" : "See how it goes"}
          </Button>
        )}
      </Stack>
    </Card>
  );
}

const STATES = { draft: "Draft", open: "Open", closed: "Closed" } as const;

function goOnWords({ answered, due, questions }: Course): string {
  if (answered === 0) return "Begin";
  if (due > 0) return `Go on: ${count(due, "question")} to repeat`;
  return answered < questions ? "Go on" : "Look in";
}

function Progresses() {
  const progress = useQuery(progressQuery);
  if (progress.data === undefined || progress.data.length === 0) return null;
  return (
    <Stack gap="xs" mt="xl">
      <Title order={2} size="h4">
        Your progress
      </Title>
      <Table.ScrollContainer minWidth={440}>
        <Table verticalSpacing="xs" data-testid="progress">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Structure</Table.Th>
              <Table.Th>Found at first look</Table.Th>
              <Table.Th>Found now</Table.Th>
              <Table.Th>Dice</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {progress.data.map(({ region, structure, figures }) => (
              <Table.Tr key={`${region} ${structure.id}`}>
                <Table.Td>
                  <Group gap={8} wrap="nowrap">
                    <Swatch colour={structure.colour} />
                    <div>
                      {structure.name}
                      <Text size="xs" c="dimmed">
                        {region}
                      </Text>
                    </div>
                  </Group>
                </Table.Td>
                <Table.Td>{shareWords(figures.first_looks)}</Table.Td>
                <Table.Td>{shareWords(figures.now)}</Table.Td>
                <Table.Td>
                  {score(figures.dice)}
                  {figures.yardstick !== null && (
                    <Text span size="xs" c="dimmed">
                      {" "}
                      (experts {score(figures.yardstick)})
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        First look: nothing about the structure in that clip had been revealed before. In brackets
        the 95 % interval; with few answers it is wide.
      </Text>
    </Stack>
  );
}
