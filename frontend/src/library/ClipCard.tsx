import { ActionIcon, Badge, Checkbox, Group, Menu, Stack, Text, Tooltip } from "@mantine/core";
import { modals } from "@mantine/modals";
import {
  IconChecks,
  IconDots,
  IconEye,
  IconPencil,
  IconPhotoOff,
  IconSparkles,
  IconTrash,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Clip, Role } from "../api/types";
import { count, duration } from "../format/text";
import { StateBadge } from "../parts/StateBadge";
import { useDeleteClip, useOpenReview, usePreannotate } from "./clipActions";
import classes from "./library.module.css";

interface ClipCardProps {
  clip: Clip;
  role: Role;
  canPreannotate: boolean;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
}

export function Thumbnail({ clip, className }: { clip: Clip; className?: string | undefined }) {
  if (clip.thumbnail === null) {
    return (
      <div className={`${className ?? ""} ${classes.missing}`}>
        <IconPhotoOff size={22} aria-hidden />
      </div>
    );
  }
  return <img src={clip.thumbnail} alt="" loading="lazy" className={className} />;
}

/** How long a clip is; a clip of one frame is a still picture. */
export const lengthOf = (clip: Clip): string =>
  clip.frame_count === 1
    ? "1 frame"
    : `${count(clip.frame_count, "frame")} · ${duration(clip.duration_s)}`;

export function ClipCard({ clip, role, canPreannotate, isChosen, onChoose }: ClipCardProps) {
  const isTrainee = role === "trainee";
  return (
    <article className={classes.card} data-chosen={isChosen || undefined}>
      {!isTrainee && (
        <Checkbox
          className={classes.choose}
          checked={isChosen}
          aria-label={`Choose ${clip.title}`}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      )}
      <Link
        to={isTrainee ? "/clips/$clipId/explore" : "/clips/$clipId/annotate"}
        params={{ clipId: clip.id }}
        aria-label={`${isTrainee ? "Look at" : "Annotate"} ${clip.title}`}
      >
        <Thumbnail clip={clip} className={classes.picture} />
      </Link>
      <Group gap={4} className={classes.badges}>
        {clip.has_suggestion && (
          <Badge
            size="sm"
            radius="sm"
            color="iris.8"
            variant="filled"
            tt="none"
            leftSection={<IconSparkles size={11} />}
          >
            Suggestion
          </Badge>
        )}
      </Group>
      <Stack gap={4} p="xs">
        <Group justify="space-between" wrap="nowrap" gap={4}>
          <Text size="sm" fw={600} truncate title={clip.title}>
            {clip.title}
          </Text>
          {!isTrainee && <ClipMenu clip={clip} role={role} canPreannotate={canPreannotate} />}
        </Group>
        <Text size="xs" c="dimmed">
          {lengthOf(clip)}
        </Text>
        {!isTrainee && (
          <Group gap={4}>
            <StateBadge state={clip.state} />
            {clip.my_set_state !== null && clip.my_set_state !== "accepted" && (
              <Tooltip label="Your own delineation of this clip">
                <Badge size="sm" radius="sm" variant="outline" color="gray" tt="none" fw={500}>
                  yours: {clip.my_set_state}
                </Badge>
              </Tooltip>
            )}
          </Group>
        )}
      </Stack>
    </article>
  );
}

function ClipMenu({
  clip,
  role,
  canPreannotate,
}: {
  clip: Clip;
  role: Role;
  canPreannotate: boolean;
}) {
  const preannotating = usePreannotate(clip.project);
  const deleting = useDeleteClip(clip.project);
  const openReview = useOpenReview();
  const onDelete = () =>
    modals.openConfirmModal({
      title: `Delete ${clip.title}?`,
      children: (
        <Text size="sm">
          The clip and all that was delineated on it leave the library. Snapshots made before keep
          their record of it.
        </Text>
      ),
      labels: { confirm: "Delete the clip", cancel: "Keep it" },
      confirmProps: { color: "red" },
      onConfirm: () => deleting.mutate(clip),
    });
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={`Actions for ${clip.title}`}
        >
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
          {canPreannotate ? "Pre-annotate" : "Pre-annotate: no model yet"}
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
  );
}
