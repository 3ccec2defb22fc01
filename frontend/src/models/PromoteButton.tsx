import { Button, Group, Modal, Radio, Stack, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconRosette } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys";
import { gateQuery, promoteModel } from "../api/models";
import type { AliasName, ModelVersion } from "../api/types";
import { Problem } from "../parts/Problem";
import { tellDone } from "../parts/tell";
import { ALIASES, aliasLabel } from "./aliasNames";
import { GateNotice } from "./GateNotice";

/** Opens the question which purpose a version shall serve, and why. */
export function PromoteButton({ version }: { version: ModelVersion }) {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <Button size="xs" leftSection={<IconRosette size={16} />} onClick={dialog.open}>
        Promote
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title={`Promote version ${version.number}`}>
        <PromoteForm version={version} onClose={dialog.close} />
      </Modal>
    </>
  );
}

function PromoteForm({ version, onClose }: { version: ModelVersion; onClose: () => void }) {
  const [alias, setAlias] = useState<AliasName>("preannotate");
  const [reason, setReason] = useState("");
  const [overridden, setOverridden] = useState<string | null>(null);
  const queries = useQueryClient();
  const gate = useQuery(gateQuery(version.id, alias));
  const against = gate.data?.against?.id ?? null;
  // given against one version, it does not hold against another that is promoted meanwhile
  const isOverride = against !== null && overridden === against;
  const isHeld = gate.data !== undefined && !gate.data.is_passed && !isOverride;
  const promoting = useMutation({
    mutationFn: () =>
      promoteModel(version.id, {
        alias,
        reason: reason.trim(),
        is_override: isOverride,
        // the gate names no candidate, as that one is replaced without being judged
        ...(gate.data !== undefined && alias !== "candidate" && { serving: against }),
      }),
    onSuccess: () => {
      tellDone(`Version ${version.number} now serves ${aliasLabel(alias).toLowerCase()}.`);
      void queries.invalidateQueries({ queryKey: keys.modelVersions(version.project) });
      void queries.invalidateQueries({ queryKey: keys.aliases(version.project) });
      onClose();
    },
    // another version may serve by now
    onError: () => {
      void queries.invalidateQueries({ queryKey: keys.gate(version.id, alias) });
      void queries.invalidateQueries({ queryKey: keys.aliases(version.project) });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    promoting.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <Radio.Group
          label="Purpose"
          value={alias}
          onChange={(value) => {
            setAlias(value as AliasName);
            setOverridden(null);
          }}
        >
          <Stack gap="xs" mt="xs">
            {ALIASES.map(({ name, label, description }) => (
              <Radio
                key={name}
                value={name}
                label={label}
                description={description}
                disabled={version.aliases.includes(name)}
              />
            ))}
          </Stack>
        </Radio.Group>
        <Textarea
          label="Reason"
          description="Kept in the history, for whoever asks later why this model was chosen."
          required
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {gate.isError ? (
          <Problem error={gate.error} onRetry={gate.refetch} />
        ) : (
          <GateNotice
            gate={gate.data}
            isOverride={isOverride}
            onOverride={(isGiven) => setOverridden(isGiven ? against : null)}
          />
        )}
        {promoting.isError && <Problem title="Not promoted" error={promoting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={promoting.isPending}
            disabled={reason.trim() === "" || version.aliases.includes(alias) || isHeld}
          >
            Promote
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
