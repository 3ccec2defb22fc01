import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "../api/client";
import { changeClip } from "../api/clips";
import { keys } from "../api/keys";
import type { Clip } from "../api/types";
import { count, duration, moment } from "../format/text";
import { Problem } from "../parts/Problem";
import { tellDone } from "../parts/tell";
import { changesOf, wordsOf } from "./clipDetails";

interface ClipDetailsDialogProps {
  clip: Clip;
  isOpen: boolean;
  onClose: () => void;
}

/** What is known of a clip, and the words about it that can be corrected. */
export function ClipDetailsDialog({ clip, isOpen, onClose }: ClipDetailsDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={`Details of ${clip.title}`}>
      <ClipDetailsForm clip={clip} onClose={onClose} />
    </Modal>
  );
}

function ClipDetailsForm({ clip, onClose }: { clip: Clip; onClose: () => void }) {
  const [words, setWords] = useState(() => wordsOf(clip));
  const queries = useQueryClient();
  const changes = changesOf(clip, words);
  const saving = useMutation({
    mutationFn: () => changeClip(clip.id, changes),
    onSuccess: ({ title }) => {
      tellDone(`The details of ${title} are saved.`);
      for (const queryKey of [
        keys.clips(clip.project),
        keys.clip(clip.id),
        keys.queue(clip.project),
      ]) {
        void queries.invalidateQueries({ queryKey });
      }
      onClose();
    },
  });
  const errors = fieldErrorsOf(saving.error);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          Subject {clip.subject.pseudonym} · {clip.width} × {clip.height} pixels ·{" "}
          {count(clip.frame_count, "frame")}
          {clip.frame_count > 1 && `, ${duration(clip.duration_s)}`} · added{" "}
          {moment(clip.created_at)}
          {clip.credit !== "" && ` · ${clip.credit}`}
        </Text>
        <TextInput
          label="Label"
          description="What the clip is called; without one it goes by its number."
          data-autofocus
          maxLength={120}
          value={words.label}
          error={errors.label}
          onChange={({ currentTarget: { value } }) => setWords({ ...words, label: value })}
        />
        <TextInput
          label="Scanner"
          description="Make and model."
          maxLength={80}
          value={words.scanner}
          error={errors.scanner}
          onChange={({ currentTarget: { value } }) => setWords({ ...words, scanner: value })}
        />
        <NumberInput
          label="Scale"
          description="Width of one pixel on the body. Lengths and areas are given in pixels without it."
          suffix=" µm/px"
          min={0}
          allowNegative={false}
          decimalScale={3}
          value={words.micronsPerPixel}
          error={errors.microns_per_pixel}
          onChange={(value) => setWords({ ...words, micronsPerPixel: value })}
        />
        {saving.isError && <Problem title="Not saved" error={saving.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={saving.isPending}
            disabled={Object.keys(changes).length === 0}
          >
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
