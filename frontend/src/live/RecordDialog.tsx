import {
  Autocomplete,
  Button,
  Checkbox,
  Group,
  Modal,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "../api/client";
import { subjectsQuery } from "../api/clips";
import { keys } from "../api/keys";
import { startRecording } from "../api/live";
import type { LiveSession } from "../api/types";
import { nextPseudonym } from "../library/pseudonym";
import { Problem } from "../parts/Problem";

interface RecordDialogProps {
  session: LiveSession;
  isOpen: boolean;
  onClose: () => void;
}

export function RecordDialog({ session, isOpen, onClose }: RecordDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Record this session">
      <RecordForm session={session} onDone={onClose} />
    </Modal>
  );
}

function RecordForm({ session, onDone }: { session: LiveSession; onDone: () => void }) {
  const queries = useQueryClient();
  const pseudonyms = useQuery(subjectsQuery(session.project)).data?.map(
    ({ pseudonym }) => pseudonym,
  );
  const [typed, setTyped] = useState<string | null>(null);
  const [label, setLabel] = useState("");
  const [isConsentNoted, setConsentNoted] = useState(false);
  const [isLookConfirmed, setLookConfirmed] = useState(false);
  const subject = typed ?? (pseudonyms === undefined ? "" : nextPseudonym(pseudonyms));
  const starting = useMutation({
    mutationFn: () =>
      startRecording(session.id, {
        subject,
        label,
        is_consent_noted: isConsentNoted,
        is_look_confirmed: isLookConfirmed,
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.liveSession(session.id) });
      onDone();
    },
  });
  const wrong = fieldErrorsOf(starting.error);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <Autocomplete
          label="Subject"
          description="A pseudonym, never a name, date or number of a patient"
          required
          maxLength={64}
          data={pseudonyms ?? []}
          value={subject}
          error={wrong.subject}
          onChange={setTyped}
        />
        <TextInput
          label="Label"
          description="What is scanned, such as: left, supine"
          maxLength={120}
          value={label}
          error={wrong.label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Checkbox
          label="The subject's consent to recording is noted"
          checked={isConsentNoted}
          error={wrong.is_consent_noted}
          onChange={(event) => setConsentNoted(event.currentTarget.checked)}
        />
        <Checkbox
          label="I have looked: nothing identifying on the picture"
          description="Without this the recording waits, and becomes a clip once someone has looked."
          checked={isLookConfirmed}
          onChange={(event) => setLookConfirmed(event.currentTarget.checked)}
        />
        {starting.isError && <Problem error={starting.error} title="Not recording" />}
        <Text size="xs" c="dimmed">
          A recording stops by itself after 20 minutes.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button
            type="submit"
            color="red"
            disabled={!isConsentNoted || subject.trim() === ""}
            loading={starting.isPending}
          >
            Start recording
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
