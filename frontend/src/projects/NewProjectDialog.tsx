import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "../api/client";
import { keys } from "../api/keys";
import { createProject, proceduresQuery } from "../api/projects";
import { Problem } from "../parts/Problem";
import { StructureLegend } from "../parts/StructureLegend";

interface NewProjectDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

export function NewProjectDialog({ isOpen, onClose }: NewProjectDialogProps) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const procedures = useQuery({ ...proceduresQuery, enabled: isOpen }).data ?? [];
  const queries = useQueryClient();
  const navigate = useNavigate();
  const creating = useMutation({
    mutationFn: () => createProject({ name: name.trim(), description, procedure: code ?? "" }),
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: keys.projects });
      await queries.invalidateQueries({ queryKey: keys.me });
      onClose();
      await navigate({ to: "/projects/$projectId/library", params: { projectId: project.id } });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    creating.mutate();
  };
  const errors = fieldErrorsOf(creating.error);
  const chosen = procedures.find((procedure) => procedure.code === code);
  return (
    <Modal opened={isOpen} onClose={onClose} title="New project">
      <form onSubmit={onSubmit}>
        <Stack gap="sm">
          <TextInput
            label="Name"
            required
            data-autofocus
            value={name}
            error={errors.name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Examination"
            description="Decides which structures are delineated. It stays for the life of the project."
            required
            data={procedures.map((procedure) => ({ value: procedure.code, label: procedure.name }))}
            value={code}
            error={errors.procedure}
            onChange={setCode}
          />
          {chosen && <StructureLegend structures={chosen.structures} />}
          <Textarea
            label="Description"
            autosize
            minRows={2}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {creating.isError && <Problem title="Not created" error={creating.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={creating.isPending} disabled={code === null}>
              Create project
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
