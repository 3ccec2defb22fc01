import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys";
import { rollBackAlias } from "../api/models";
import type { Alias, ModelVersionRef } from "../api/types";
import { Problem } from "../parts/Problem";
import { tellDone } from "../parts/tell";
import { aliasLabel } from "./aliasNames";

interface RollBackButtonProps {
  projectId: string;
  alias: Alias;
  before: ModelVersionRef;
}

/** Back to the version before, with a reason that is offered ready to send. */
export function RollBackButton({ projectId, alias, before }: RollBackButtonProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const [reason, setReason] = useState("The version before worked better.");
  const queries = useQueryClient();
  const rolling = useMutation({
    mutationFn: () =>
      rollBackAlias({
        project: projectId,
        alias: alias.name,
        reason: reason.trim(),
        serving: alias.model_version.id,
      }),
    onSuccess: (now) => {
      tellDone(`${aliasLabel(alias.name)} is back at version ${now.model_version.number}.`);
      void queries.invalidateQueries({ queryKey: keys.modelVersions(projectId) });
      void queries.invalidateQueries({ queryKey: keys.aliases(projectId) });
      dialog.close();
    },
    // another version may serve by now
    onError: () => void queries.invalidateQueries({ queryKey: keys.aliases(projectId) }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    rolling.mutate();
  };
  const label = aliasLabel(alias.name);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconArrowBackUp size={15} />}
        aria-label={`Roll back ${label}`}
        onClick={dialog.open}
      >
        Roll back
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={`Roll back ${label.toLowerCase()}`}>
        <form onSubmit={onSubmit}>
          <Stack gap="sm">
            <Text size="sm">
              Version {before.number}, {before.name}, serves again in the place of version{" "}
              {alias.model_version.number}.
            </Text>
            <Textarea
              label="Reason"
              required
              autosize
              minRows={2}
              data-autofocus
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            {rolling.isError && <Problem title="Not rolled back" error={rolling.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button type="submit" loading={rolling.isPending} disabled={reason.trim() === ""}>
                Roll back
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
