import { Button, Center, Group, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { IconCertificate, IconMoodSmile } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { courseQuery, type NextQuestion, nextQuestionQuery, type Reveal } from "../api/practice";
import type { Project } from "../api/types";
import { moment } from "../format/text";
import { EmptyState } from "../parts/EmptyState";
import { Problem } from "../parts/Problem";
import { tellError } from "../parts/tell";
import { fetchNext, nameOfAsked, revealFor } from "./fetchNext";
import classes from "./practice.module.css";
import { QuestionRoom } from "./QuestionRoom";

interface PracticeRoomProps {
  project: Project;
  courseId: string;
}

/** One question at a time: answer alone, then see the truth, then go on when one likes. */
export function PracticeRoomPage({ project, courseId }: PracticeRoomProps) {
  const course = useQuery(courseQuery(courseId));
  const next = useQuery(nextQuestionQuery(courseId));
  const queries = useQueryClient();
  const [revealed, setRevealed] = useState<Reveal | null>(null);
  useDocumentTitle(`${course.data?.title ?? "Practice"} · Practice · Fascicle`);

  const goOn = async () => {
    try {
      await fetchNext(queries, courseId);
      setRevealed(null); // not before: what was just revealed would be put again
    } catch (error) {
      tellError(error, "The next question did not come");
    }
  };
  const moveOn = (failure: unknown) => {
    tellError(failure, "This question has moved on");
    return goOn();
  };
  const failed = [course, next].find((query) => query.isError && query.data === undefined);
  if (failed !== undefined) {
    return (
      <Center p="lg">
        <Problem error={failed.error} onRetry={failed.refetch} />
      </Center>
    );
  }
  if (course.data === undefined || next.data === undefined) return <Skeleton m="lg" height={320} />;
  const { asked, answered, total } = next.data;
  const reveal = revealFor(asked, revealed);
  const done = answered + (reveal !== null && reveal.number === 1 ? 1 : 0);
  return (
    <div className={classes.room} data-testid="practice-room">
      <header className={classes.head}>
        <Text component="h1" fw={600} truncate>
          {course.data.title}
        </Text>
        <Group ml="auto" gap="sm" wrap="nowrap">
          <Text size="sm" c="dimmed" style={{ whiteSpace: "nowrap" }}>
            {done} of {total}
          </Text>
          <Progress
            w={120}
            visibleFrom="xs"
            value={total === 0 ? 0 : (100 * done) / total}
            aria-label="Questions answered"
          />
          <Button
            component={Link}
            to={`/projects/${project.id}/practice/${courseId}`}
            size="xs"
            variant="default"
          >
            Stop
          </Button>
        </Group>
      </header>
      {asked === null ? (
        <NothingDue project={project} courseId={courseId} next={next.data} />
      ) : (
        <QuestionRoom
          key={nameOfAsked(asked)}
          asked={asked}
          reveal={reveal}
          onRevealed={setRevealed}
          onMovedOn={moveOn}
          onNext={() => void goOn()}
        />
      )}
    </div>
  );
}

function NothingDue({ project, courseId, next }: PracticeRoomProps & { next: NextQuestion }) {
  const isFinished = next.total > 0 && next.answered === next.total;
  return (
    <EmptyState
      icon={IconMoodSmile}
      title={isFinished ? "Everything is answered" : "Nothing to answer now"}
      action={
        isFinished && (
          <Button
            mt="sm"
            component={Link}
            to={`/projects/${project.id}/practice/${courseId}/certificate`}
            leftSection={<IconCertificate size={16} />}
          >
            See the certificate
          </Button>
        )
      }
    >
      <Stack gap={4}>
        {next.due_at !== null && (
          <span>
            The next question comes back on {moment(next.due_at)}: what was missed comes sooner,
            what was known later.
          </span>
        )}
        {next.due_at === null && <span>This course is not open, or you have left it.</span>}
      </Stack>
    </EmptyState>
  );
}
