import {
  Button,
  Group,
  Modal,
  NumberInput,
  Select,
  Skeleton,
  Slider,
  Stack,
  Text,
  Textarea,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { clipSetsQuery } from "../annotator/queries";
import { fieldErrorsOf } from "../api/client";
import { keys } from "../api/keys";
import { acceptedClipsQuery, addQuestion, type Course, type PracticeMode } from "../api/practice";
import type { AnnotationSetRow, Clip } from "../api/types";
import { Problem } from "../parts/Problem";
import { tellDone } from "../parts/tell";
import { TruthPicture } from "./TruthPicture";
import { MODE_NAMES, MODE_WORDS } from "./words";

const MODES = Object.keys(MODE_NAMES) as PracticeMode[];

interface QuestionDialogProps {
  course: Course;
  onClose: () => void;
}

/** One question more, chosen by hand: the clip, what is asked of it, and in which frame. */
export function QuestionDialog({ course, onClose }: QuestionDialogProps) {
  const clips = useQuery(acceptedClipsQuery(course.project));
  return (
    <Modal opened onClose={onClose} title="Add a question" size="lg">
      {clips.isPending && <Skeleton height={300} />}
      {clips.isError && <Problem error={clips.error} onRetry={clips.refetch} />}
      {clips.data !== undefined && (
        <QuestionForm course={course} clips={clips.data} onClose={onClose} />
      )}
    </Modal>
  );
}

/** The set that the server takes for the truth: the consensus, else what was accepted first. */
export function truthAmong(sets: readonly AnnotationSetRow[]): AnnotationSetRow | null {
  const accepted = sets.filter(
    ({ state, purpose }) =>
      state === "accepted" && (purpose === "consensus" || purpose === "reader"),
  );
  const first = accepted.sort(
    (a, b) =>
      Number(b.purpose === "consensus") - Number(a.purpose === "consensus") ||
      a.updated_at.localeCompare(b.updated_at),
  )[0];
  return first ?? null;
}

function QuestionForm({ course, clips, onClose }: QuestionDialogProps & { clips: Clip[] }) {
  const queries = useQueryClient();
  const [clipId, setClipId] = useState(clips[0]?.id ?? "");
  const [structure, setStructure] = useState(course.structures[0]?.id ?? "");
  const [mode, setMode] = useState<PracticeMode>("find");
  const [frame, setFrame] = useState(0);
  const [until, setUntil] = useState<number | null>(null);
  const [note, setNote] = useState("");
  const clip = clips.find(({ id }) => id === clipId);
  const sets = useQuery({ ...clipSetsQuery(clipId), enabled: clipId !== "" });
  const truth = useMemo(() => truthAmong(sets.data ?? []), [sets.data]);
  const last = (clip?.frame_count ?? 1) - 1;
  const isScan = mode === "scan";
  const end = Math.min(until ?? last, last);
  const add = useMutation({
    mutationFn: () =>
      addQuestion(course.id, {
        mode,
        clip: clipId,
        structure,
        first_frame: frame,
        ...(isScan && { last_frame: end }),
        note,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: keys.course(course.id) });
      tellDone("Added at the end of the course.");
      onClose();
    },
  });
  const errors = fieldErrorsOf(add.error);
  const goTo = (wanted: number) => {
    add.reset(); // what was refused was another frame
    setFrame(Math.min(wanted, last));
  };
  const choose = (id: string | null) => {
    if (id === null) return;
    setClipId(id);
    setFrame(0);
    setUntil(null);
  };
  const asked = course.structures.find(({ id }) => id === structure);
  return (
    <Stack gap="sm">
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <Select
          label="Clip"
          searchable
          allowDeselect={false}
          data={clips.map(({ id, title }) => ({ value: id, label: title }))}
          value={clipId}
          onChange={choose}
        />
        <Select
          label="Structure"
          allowDeselect={false}
          data={course.structures.map(({ id, name }) => ({ value: id, label: name }))}
          value={structure}
          onChange={(id) => id !== null && setStructure(id)}
        />
      </Group>
      <Select
        label="Way of asking"
        description={MODE_WORDS[mode]}
        allowDeselect={false}
        data={MODES.map((value) => ({ value, label: MODE_NAMES[value] }))}
        value={mode}
        error={errors.mode}
        onChange={(value) => value !== null && setMode(value as PracticeMode)}
      />
      {clip !== undefined && (
        <>
          <TruthPicture clip={clip} frame={frame} truth={truth?.id ?? null} />
          <Group gap="sm" wrap="nowrap" align="flex-end">
            <Slider
              style={{ flex: 1 }}
              mb={12}
              min={0}
              max={last}
              value={frame}
              disabled={last === 0}
              thumbLabel="Frame"
              label={null}
              onChange={goTo}
            />
            <NumberInput
              label={isScan ? "From frame" : "Frame"}
              w={96}
              min={0}
              max={last}
              allowDecimal={false}
              value={frame}
              onChange={(value) => typeof value === "number" && goTo(value)}
            />
            {isScan && (
              <NumberInput
                label="To frame"
                w={96}
                min={0}
                max={last}
                allowDecimal={false}
                value={end}
                onChange={(value) => setUntil(typeof value === "number" ? value : null)}
              />
            )}
          </Group>
        </>
      )}
      <Text size="xs" c="dimmed">
        Over the frame: what was accepted, which answers about {asked?.name ?? "the structure"} are
        measured against. Trainees see it only after their answer.
      </Text>
      <Textarea
        label="Your note, shown with the answer (optional)"
        autosize
        minRows={1}
        maxRows={4}
        maxLength={4000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {add.isError && <Problem error={add.error} title="The question was not added" />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={add.isPending}
          disabled={clip === undefined || structure === ""}
          onClick={() => add.mutate()}
        >
          Add question
        </Button>
      </Group>
    </Stack>
  );
}
