import { ActionIcon, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import {
  IconChecks,
  IconDots,
  IconEye,
  IconFileExport,
  IconFilter,
  IconListDetails,
  IconPencil,
  IconSparkles,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Clip, Role } from "../api/types";
import { ClipDetailsDialog } from "./ClipDetailsDialog";
import { useDeleteClip, useOpenReview, usePreannotate } from "./clipActions";
import { ExportDialog } from "./ExportDialog";

interface ClipMenuProps {
  clip: Clip;
  role: Role;
  canPreannotate: boolean;
  onSubject: (subjectId: string) => void;
}

/** What experts and admins do with a clip, besides opening it. */
export function ClipMenu({ clip, role, canPreannotate, onSubject }: ClipMenuProps) {
  const [isShowingDetails, details] = useDisclosure(false);
  const [isExporting, exporting] = useDisclosure(false);
  const preannotating = usePreannotate(clip.project);
  const deleting = useDeleteClip(clip.project);
  const openReview = useOpenReview();
  const onDelete = () =>
    modals.openConfirmModal({
      title: `Delete ${clip.title}?`,
      children: (
        <Text size="sm">
          The clip and all that was delineated on it leave the library. Snapshots made before keep
          their record of it; an admin can bring it back from “Deleted”.
        </Text>
      ),
      labels: { confirm: "Delete the clip", cancel: "Keep it" },
      confirmProps: { color: "red" },
      onConfirm: () => deleting.mutate(clip),
    });
  return (
    <>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${clip.title}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={16} />}
            renderRoot={(props) => (
              <Link to="/clips/$clipId/annotate" params={{ clipId: clip.id }} {...props} />
            )}
          >
            Annotate
          </Menu.Item>
          <Menu.Item
            leftSection={<IconEye size={16} />}
            renderRoot={(props) => (
              <Link to="/clips/$clipId/explore" params={{ clipId: clip.id }} {...props} />
            )}
          >
            Look
          </Menu.Item>
          {clip.state === "in_review" && (
            <Menu.Item leftSection={<IconChecks size={16} />} onClick={() => void openReview(clip)}>
              Review
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconSparkles size={16} />}
            disabled={!canPreannotate}
            onClick={() => preannotating.mutate([clip])}
          >
            {canPreannotate ? "Pre-annotate" : "Pre-annotate: no model"}
          </Menu.Item>
          <Menu.Item leftSection={<IconListDetails size={16} />} onClick={details.open}>
            Details
          </Menu.Item>
          <Menu.Item
            leftSection={<IconFilter size={16} />}
            onClick={() => onSubject(clip.subject.id)}
          >
            <Text size="sm" truncate maw={150}>
              Only {clip.subject.pseudonym}
            </Text>
          </Menu.Item>
          <Menu.Item leftSection={<IconFileExport size={16} />} onClick={exporting.open}>
            Export…
          </Menu.Item>
          {role === "admin" && (
            <>
              <Menu.Divider />
              <Menu.Item color="red.4" leftSection={<IconTrash size={16} />} onClick={onDelete}>
                Delete
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <ClipDetailsDialog clip={clip} isOpen={isShowingDetails} onClose={details.close} />
      <ExportDialog
        projectId={clip.project}
        clips={[clip]}
        isOpen={isExporting}
        onClose={exporting.close}
      />
    </>
  );
}
