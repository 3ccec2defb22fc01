import {
  ActionIcon,
  Group,
  NumberInput,
  Skeleton,
  Table,
  Text,
  Textarea,
  Tooltip,
} from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { keys } from "../api/keys";
import { type CourseQuestion, deleteQuestion, editQuestion, questionsQuery } from "../api/practice";
import { Problem } from "../parts/Problem";
import { Swatch } from "../parts/StructureLegend";
import { tellError } from "../parts/tell";
import { MODE_NAMES } from "./words";

/** What a course asks, to look over: the frame, and the expert's note that the reveal shows. */
export function QuestionList({ courseId }: { courseId: string }) {
  const questions = useQuery(questionsQuery(courseId));
  if (questions.isPending) return <Skeleton height={200} />;
  if (questions.isError) return <Problem error={questions.error} onRetry={questions.refetch} />;
  return (
    <Table.ScrollContainer minWidth={820}>
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
          {questions.data.map((question) => (
            <QuestionRow key={question.id} question={question} courseId={courseId} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function QuestionRow({ question, courseId }: { question: CourseQuestion; courseId: string }) {
  const queries = useQueryClient();
  const [note, setNote] = useState(question.note);
  const refresh = () => queries.invalidateQueries({ queryKey: keys.course(courseId) });
  const edit = useMutation({
    mutationFn: (body: { note?: string; first_frame?: number }) => editQuestion(question.id, body),
    onSuccess: refresh,
    onError: (error) => tellError(error, "The question was not changed"),
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
        {mode === "scan" || question.is_answered ? (
          <Text size="sm">{mode === "scan" ? `${first} to ${last}` : first}</Text>
        ) : (
          <NumberInput
            key={first}
            w={84}
            size="xs"
            min={0}
            max={clip.frame_count - 1}
            defaultValue={first}
            aria-label={`Frame of ${what}`}
            onBlur={(event) => {
              const wanted = Number(event.currentTarget.value);
              if (wanted !== first) edit.mutate({ first_frame: wanted });
            }}
          />
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
      </Table.Td>
    </Table.Tr>
  );
}
