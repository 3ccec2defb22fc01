import { Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "../api/client";
import { keys } from "../api/keys";
import { inviteMember } from "../api/projects";
import type { Role } from "../api/types";
import { CopyOnce } from "../parts/CopyOnce";
import { Problem } from "../parts/Problem";
import { tellDone } from "../parts/tell";
import { ROLES } from "./roles";

interface InviteDialogProps {
  projectId: string;
  isOpen: boolean;
  onClose: () => void;
}

export function InviteDialog({ projectId, isOpen, onClose }: InviteDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Invite to this project">
      <InviteForm projectId={projectId} onClose={onClose} />
    </Modal>
  );
}

function InviteForm({ projectId, onClose }: { projectId: string; onClose: () => void }) {
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("expert");
  const queries = useQueryClient();
  const inviting = useMutation({
    mutationFn: () => inviteMember({ project: projectId, email: email.trim(), name, role }),
    onSuccess: (added) => {
      void queries.invalidateQueries({ queryKey: keys.members(projectId) });
      if (!added.invitation_url) {
        tellDone(`${added.user.name || added.user.email} had an account and is now a member.`);
        onClose();
      }
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    inviting.mutate();
  };
  const errors = fieldErrorsOf(inviting.error);
  const link = inviting.data?.invitation_url;
  if (link) {
    return (
      <Stack gap="md">
        <CopyOnce
          label={`Link for ${inviting.data?.user.email ?? ""}`}
          description="Send it to them yourself. It works once, lets them choose a password, and is not shown again."
          value={new URL(link, window.location.origin).href}
        />
        <Group justify="flex-end">
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <TextInput
          label="E-mail"
          type="email"
          required
          data-autofocus
          value={email}
          error={errors.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <TextInput
          label="Name"
          value={name}
          error={errors.name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Radio.Group label="Role" value={role} onChange={(value) => setRole(value as Role)}>
          <Stack gap="xs" mt="xs">
            {ROLES.map((each) => (
              <Radio
                key={each.role}
                value={each.role}
                label={each.label}
                description={each.description}
              />
            ))}
          </Stack>
        </Radio.Group>
        {inviting.isError && <Problem title="Not invited" error={inviting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={inviting.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
