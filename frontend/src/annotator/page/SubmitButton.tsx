import { Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSend } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/keys";
import { tellDone, tellError } from "../../parts/tell";
import type { AnnotationSession } from "../core/session";
import { type AnnotationSetDetail, submitSet } from "../queries";
import { useStore } from "./useStore";

interface SubmitButtonProps {
  set: AnnotationSetDetail;
  session: AnnotationSession;
  projectId: string;
}

/** Hand the work to a colleague; everything is saved first. */
export function SubmitButton({ set, session, projectId }: SubmitButtonProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const queries = useQueryClient();
  const { document } = useStore(session.state);
  const submit = useMutation({
    mutationFn: async () => {
      await session.outbox.flush();
      if (!session.outbox.isEmpty) {
        throw new Error("Some changes have not reached the server yet. Try again in a moment.");
      }
      return submitSet(set.id, session.state.snapshot().revision);
    },
    onSuccess: async () => {
      dialog.close();
      tellDone("Submitted. A colleague will review it.");
      await Promise.all(
        [
          keys.annotationSet(set.id),
          keys.annotationSets(set.clip),
          keys.clip(set.clip),
          keys.queue(projectId),
          keys.clips(projectId),
        ].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
    },
    onError: (error) => tellError(error, "Not submitted"),
  });
  const structures = new Set([...document.tracks.values()].map((track) => track.structure)).size;
  return (
    <>
      <Button size="xs" leftSection={<IconSend size={15} />} onClick={dialog.open}>
        Submit for review
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title="Submit for review?">
        <Text size="sm">
          {structures === 0
            ? "Nothing has been drawn: you say that none of the structures is in the picture."
            : `A colleague will look at your work on ${structures} ${structures === 1 ? "structure" : "structures"}.`}{" "}
          You cannot change it until it comes back.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close}>
            Go on drawing
          </Button>
          <Button loading={submit.isPending} onClick={() => submit.mutate()} data-autofocus>
            Submit
          </Button>
        </Group>
      </Modal>
    </>
  );
}
