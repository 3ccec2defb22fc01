import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  Skeleton,
  Stack,
  Table,
  Text,
  Textarea,
  Tooltip,
} from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { keys } from "../api/keys";
import {
  type Course,
  type CourseQuestion,
  deleteQuestion,
  editQuestion,
  questionsQuery,
} from "../api/practice";
import { Problem } from "../parts/Problem";
import { Swatch } from "../parts/StructureLegend";
import { tellError } from "../parts/tell";
import { QuestionDialog } from "./QuestionDialog";
import { MODE_NAMES } from "./words";

/** What a course asks, to look over: the frame, and the expert's note that the reveal shows. */
export function QuestionList({ course }: { course: Course }) {
  const courseId = course.id;
  const questions = useQuery(questionsQuery(courseId));
  const [isAdding, setIsAdding] = useState(false);
  if (questions.isPending) return <Skeleton height={200} />;
  if (questions.isError) return <Problem error={questions.error} onRetry={questions.refetch} />;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">
          New questions are asked in this order; what was missed comes back first.
        </Text>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={15} />}
          onClick={() => setIsAdding(true)}
        >
          Add a question
        </Button>
      </Group>
      {isAdding && <QuestionDialog course={course} onClose={() => setIsAdding(false)} />}
      <Table.ScrollContainer minWidth={860}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Picture</Table.Th>
              <Table.Th>Asked</Table.Th>
              <Table.Th>Clip</Table.Th>
              <Table.Th>Frame</Table.Th>
              <Table.Th w="38%">Your note, shown with the answer</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {questions.data.map((question, place) => (
              <QuestionRow
                key={question.id}
                question={question}
                courseId={courseId}
                place={place}
                isLast={place === questions.data.length - 1}
              />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}

interface QuestionRowProps {
  question: CourseQuestion;
  courseId: string;
  /** Among the questions, from 0. */
  place: number;
  isLast: boolean;
}

function QuestionRow({ question, courseId, place, isLast }: QuestionRowProps) {
  const queries = useQueryClient();
  const [note, setNote] = useState(question.note);
  const refresh = () => queries.invalidateQueries({ queryKey: keys.course(courseId) });
  const edit = useMutation({
    mutationFn: (body: Parameters<typeof editQuestion>[1]) => editQuestion(question.id, body),
    onSuccess: refresh,
    onError: async (error) => {
      tellError(error, "The question was not changed");
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteQuestion(question.id),
    onSuccess: refresh,
    onError: (error) => tellError(error, "The question was not taken out"),
  });
  const { clip, structure, mode, first_frame: first, last_frame: last } = question;
  const what = `${MODE_NAMES[mode]}: ${structure.name}, ${clip.title}`;
  return (
    <Table.Tr data-testid="question">
      <Table.Td>
        <img
          src={`/api/clips/${clip.id}/frames/${mode === "scan" ? last : first}/`}
          alt=""
          loading="lazy"
          style={{ width: 96, height: 72, objectFit: "cover", borderRadius: 4, display: "block" }}
        />
      </Table.Td>
      <Table.Td>
        <Text size="sm" fw={550}>
          {MODE_NAMES[mode]}
        </Text>
        <Group gap={6} wrap="nowrap">
          <Swatch colour={structure.colour} />
          <Text size="sm">{structure.name}</Text>
        </Group>
      </Table.Td>
      <Table.Td>
        <Link
          to="/clips/$clipId/explore"
          params={{ clipId: clip.id }}
          search={{ frame: mode === "scan" ? last : first }}
          style={{ color: "inherit" }}
        >
          {clip.title}
        </Link>
      </Table.Td>
      <Table.Td>
        {question.is_answered ? (
          <Text size="sm">{mode === "scan" ? `${first} to ${last}` : first}</Text>
        ) : (
          <Stack gap={4}>
            <FrameInput
              frame={first}
              last={clip.frame_count - 1}
              label={mode === "scan" ? `First frame of ${what}` : `Frame of ${what}`}
              onChange={(frame) => edit.mutate({ first_frame: frame })}
            />
            {mode === "scan" && (
              <FrameInput
                frame={last}
                last={clip.frame_count - 1}
                label={`Last frame of ${what}`}
                onChange={(frame) => edit.mutate({ last_frame: frame })}
              />
            )}
          </Stack>
        )}
      </Table.Td>
      <Table.Td>
        <Textarea
          size="xs"
          autosize
          minRows={1}
          maxRows={5}
          value={note}
          aria-label={`Note on ${what}`}
          placeholder="Where to look, what it is mistaken for"
          onChange={(event) => setNote(event.currentTarget.value)}
          onBlur={() => note !== question.note && edit.mutate({ note })}
        />
      </Table.Td>
      <Table.Td>
        <Group gap={2} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Ask ${what} earlier`}
            disabled={place === 0 || edit.isPending}
            onClick={() => edit.mutate({ position: place - 1 })}
          >
            <IconArrowUp size={17} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Ask ${what} later`}
            disabled={isLast || edit.isPending}
            onClick={() => edit.mutate({ position: place + 1 })}
          >
            <IconArrowDown size={17} />
          </ActionIcon>
          <Tooltip label={question.is_answered ? "Answered: it stays" : "Take out"}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Take out ${what}`}
              disabled={question.is_answered}
              onClick={() => remove.mutate()}
            >
              <IconTrash size={17} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

interface FrameInputProps {
  frame: number;
  last: number;
  label: string;
  onChange: (frame: number) => void;
}

/** A frame to type; what the server refuses goes back to what it was. */
function FrameInput({ frame, last, label, onChange }: FrameInputProps) {
  return (
    <NumberInput
      key={frame}
      w={84}
      size="xs"
      min={0}
      max={last}
      allowDecimal={false}
      defaultValue={frame}
      aria-label={label}
      onBlur={(event) => {
        const wanted = Number(event.currentTarget.value);
        if (event.currentTarget.value !== "" && wanted !== frame) onChange(wanted);
      }}
    />
  );
}
