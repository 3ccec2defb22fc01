import { Button, Group, Paper, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import {
  IconArrowBackUp,
  IconFileExport,
  IconSparkles,
  IconTrash,
  IconUserPlus,
} from "@tabler/icons-react";
import type { Clip, Role } from "../api/types";
import { count } from "../format/text";
import { AssignDialog } from "../queue/AssignDialog";
import { useChangeClips, usePreannotate } from "./clipActions";
import { ExportDialog } from "./ExportDialog";

interface BulkBarProps {
  projectId: string;
  chosen: readonly Clip[];
  role: Role;
  isDeletedShown: boolean;
  canPreannotate: boolean;
  /** Choose all that are shown; null when they are. */
  onAll: (() => void) | null;
  onDone: () => void;
}

/** What can be done with several clips at once. */
export function BulkBar(props: BulkBarProps) {
  const { projectId, chosen, role, isDeletedShown, canPreannotate, onAll, onDone } = props;
  const preannotating = usePreannotate(projectId);
  const [isAssigning, assigning] = useDisclosure(false);
  const [isExporting, exporting] = useDisclosure(false);
  const changing = useChangeClips(projectId);
  const onDelete = () =>
    modals.openConfirmModal({
      title: `Delete ${count(chosen.length, "clip")}?`,
      children: (
        <Text size="sm">
          They and all that was delineated on them leave the library. An admin can bring them back
          from “Deleted”.
        </Text>
      ),
      labels: { confirm: `Delete ${count(chosen.length, "clip")}`, cancel: "Keep them" },
      confirmProps: { color: "red" },
      onConfirm: () => changing.mutate({ clips: chosen, action: "delete" }, { onSuccess: onDone }),
    });
  return (
    <Paper withBorder p="xs" bg="dark.6" pos="sticky" top={8} style={{ zIndex: 5 }}>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{count(chosen.length, "clip")} chosen</Text>
        <Group gap="xs">
          {isDeletedShown ? (
            <Button
              size="xs"
              leftSection={<IconArrowBackUp size={15} />}
              loading={changing.isPending}
              onClick={() =>
                changing.mutate({ clips: chosen, action: "restore" }, { onSuccess: onDone })
              }
            >
              Restore
            </Button>
          ) : (
            <Button
              size="xs"
              leftSection={<IconSparkles size={15} />}
              disabled={!canPreannotate}
              loading={preannotating.isPending}
              onClick={() => preannotating.mutate(chosen, { onSuccess: onDone })}
            >
              Pre-annotate
            </Button>
          )}
          {!isDeletedShown && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconFileExport size={15} />}
              onClick={exporting.open}
            >
              Export…
            </Button>
          )}
          {role === "admin" && !isDeletedShown && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconUserPlus size={15} />}
              onClick={assigning.open}
            >
              Assign…
            </Button>
          )}
          {role === "admin" && !isDeletedShown && (
            <Button
              size="xs"
              color="red"
              variant="light"
              leftSection={<IconTrash size={15} />}
              loading={changing.isPending}
              onClick={onDelete}
            >
              Delete
            </Button>
          )}
          {onAll !== null && (
            <Button size="xs" variant="default" onClick={onAll}>
              Choose all shown
            </Button>
          )}
          <Button size="xs" variant="default" onClick={onDone}>
            Clear
          </Button>
        </Group>
      </Group>
      {isAssigning && (
        <AssignDialog
          projectId={projectId}
          clips={chosen}
          onClose={assigning.close}
          onDone={onDone}
        />
      )}
      <ExportDialog
        projectId={projectId}
        clips={chosen}
        isOpen={isExporting}
        onClose={exporting.close}
      />
    </Paper>
  );
}
