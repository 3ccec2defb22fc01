import { Button, Group, Modal, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconLockOpen } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type AnnotationSetDetail, reopenSet } from "../annotator/queries";
import { keys } from "../api/keys";
import { tellDone, tellError } from "../parts/tell";

/** Take an accepted reading up again; the reason stays in its history. */
export function ReopenButton({ set }: { set: AnnotationSetDetail }) {
  const [isAsked, dialog] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const reopen = useMutation({
    mutationFn: () => reopenSet(set.id, reason.trim()),
    onSuccess: async () => {
      dialog.close();
      setReason("");
      tellDone(set.is_mine ? "It is yours to change again." : "It waits for review again.");
      await Promise.all(
        [keys.annotationSet(set.id), keys.annotationSets(set.clip), keys.clip(set.clip)].map(
          (queryKey) => queries.invalidateQueries({ queryKey }),
        ),
      );
    },
    onError: (error) => tellError(error, "Not reopened"),
  });
  return (
    <>
      <Button
        fullWidth
        mt={8}
        size="xs"
        variant="default"
        leftSection={<IconLockOpen size={15} />}
        onClick={dialog.open}
      >
        Reopen…
      </Button>
      <Modal opened={isAsked} onClose={dialog.close} title="Reopen this accepted reading?">
        <Text size="sm" mb="sm">
          It is not trained on until it is accepted anew. What was accepted stays in its history.
        </Text>
        <Textarea
          label="Why is it to be changed?"
          required
          autosize
          minRows={2}
          maxLength={4000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={dialog.close}>
            Leave it
          </Button>
          <Button
            color="orange"
            disabled={reason.trim() === ""}
            loading={reopen.isPending}
            onClick={() => reopen.mutate()}
          >
            Reopen
          </Button>
        </Group>
      </Modal>
    </>
  );
}
