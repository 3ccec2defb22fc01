import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { keys } from "../api/keys";
import { createToken, projectsQuery } from "../api/projects";
import { CopyOnce } from "../parts/CopyOnce";
import { Problem } from "../parts/Problem";

const DAY_MS = 24 * 3600 * 1000;
const LIFETIMES = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "One year" },
  { value: "never", label: "Until revoked" },
];

interface NewTokenDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

export function NewTokenDialog({ isOpen, onClose }: NewTokenDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="New token">
      <NewTokenForm onClose={onClose} />
    </Modal>
  );
}

function NewTokenForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [project, setProject] = useState<string | null>(null);
  const [isReadOnly, setIsReadOnly] = useState(false);
  const [lifetime, setLifetime] = useState<string | null>("90");
  const projects = useQuery(projectsQuery).data ?? [];
  const queries = useQueryClient();
  const creating = useMutation({
    mutationFn: () =>
      createToken({
        name: name.trim(),
        project,
        is_read_only: isReadOnly,
        expires_at:
          lifetime === null || lifetime === "never"
            ? null
            : new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString(),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.tokens }),
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    creating.mutate();
  };
  if (creating.data?.key) {
    return (
      <Stack gap="md">
        <CopyOnce
          label={`Key of “${creating.data.name}”`}
          description="Copy it now; it is not shown again."
          value={creating.data.key}
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
          label="Name"
          description="What carries it, for example “upload script on the scanner”."
          required
          data-autofocus
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Project"
          placeholder="All of mine"
          clearable
          data={projects.map((each) => ({ value: each.id, label: each.name }))}
          value={project}
          onChange={setProject}
        />
        <Select
          label="Ends after"
          allowDeselect={false}
          data={LIFETIMES}
          value={lifetime}
          onChange={setLifetime}
        />
        <Checkbox
          label="May only read"
          checked={isReadOnly}
          onChange={(event) => setIsReadOnly(event.currentTarget.checked)}
        />
        {creating.isError && <Problem title="Not created" error={creating.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={creating.isPending}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
