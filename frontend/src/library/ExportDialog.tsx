import { Button, Checkbox, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { exportableSetsQuery, startExport } from "../api/exports";
import { keys } from "../api/keys";
import type { AnnotationSetRow, Clip } from "../api/types";
import { count } from "../format/text";
import { Problem } from "../parts/Problem";
import { tellDone } from "../parts/tell";

const ACCEPTED = "accepted";

interface ExportDialogProps {
  projectId: string;
  /** What is exported; null stands for the whole project. */
  clips: readonly Clip[] | null;
  isOpen: boolean;
  onClose: () => void;
}

/** Ask for a zip of clips. */
export function ExportDialog({ isOpen, onClose, ...about }: ExportDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title={titleOf(about.clips)}>
      <ExportForm {...about} onClose={onClose} />
    </Modal>
  );
}

function titleOf(clips: readonly Clip[] | null): string {
  if (clips === null) return "Export the project";
  const [first] = clips;
  return clips.length === 1 && first !== undefined
    ? `Export ${first.title}`
    : `Export ${count(clips.length, "clip")}`;
}

function ExportForm({ projectId, clips, onClose }: Omit<ExportDialogProps, "isOpen">) {
  const queries = useQueryClient();
  const [annotation, setAnnotation] = useState(ACCEPTED);
  const [isCoco, setCoco] = useState(false);
  const [isVolume, setVolume] = useState(false);
  const [onlyAnnotated, setOnlyAnnotated] = useState(false);
  const single = clips?.length === 1 ? (clips[0] ?? null) : null;
  const sets = useQuery({
    ...exportableSetsQuery(single?.id ?? ""),
    enabled: single !== null,
  }).data;
  const starting = useMutation({
    mutationFn: () =>
      startExport({
        project: projectId,
        ...(clips === null ? {} : { clips: clips.map(({ id }) => id) }),
        annotation,
        formats: [
          ...(isCoco ? ["coco" as const] : []),
          ...(isVolume ? ["metaimage" as const] : []),
        ],
        only_annotated: onlyAnnotated,
      }),
    onSuccess: () => {
      tellDone("The export is being made. It is under Jobs, above, with its download.");
      void queries.invalidateQueries({ queryKey: keys.jobs(projectId) });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <Text size="sm">
          A zip with the exact frames as PNG, label maps, shapes, and where all of it comes from.
        </Text>
        {single !== null && (
          <Select
            label="Delineation"
            data={[
              { value: ACCEPTED, label: "What was accepted" },
              ...(sets ?? []).map((set) => ({ value: set.id, label: nameOf(set) })),
            ]}
            value={annotation}
            allowDeselect={false}
            onChange={(value) => setAnnotation(value ?? ACCEPTED)}
          />
        )}
        <Checkbox
          label="Only frames that are annotated"
          checked={onlyAnnotated}
          onChange={({ currentTarget: { checked } }) => setOnlyAnnotated(checked)}
        />
        <Checkbox
          label="COCO instances"
          description="One JSON file of all regions, for detection and segmentation tools."
          checked={isCoco}
          onChange={({ currentTarget: { checked } }) => setCoco(checked)}
        />
        <Checkbox
          label="Label volumes (MetaImage)"
          description="One .mha a clip, for 3D Slicer, ITK-SNAP and SimpleITK."
          checked={isVolume}
          onChange={({ currentTarget: { checked } }) => setVolume(checked)}
        />
        <Text size="xs" c="dimmed">
          Research use only: not for diagnosis, not for guiding a needle. Each download is recorded.
        </Text>
        {starting.isError && <Problem title="Not exported" error={starting.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={starting.isPending}>
            Export
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A set as one picks it: whose, and how far it is. */
function nameOf({ purpose, state, is_mine: isMine, author, model_label: model }: AnnotationSetRow) {
  if (purpose === "suggestion") return `Suggestion of ${model}`;
  const who = isMine ? "My own" : (author?.name ?? "A colleague's");
  return `${who}: ${purpose === "consensus" ? "consensus, " : ""}${state}`;
}
