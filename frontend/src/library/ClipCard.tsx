import { Badge, Checkbox, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconPhotoOff, IconSparkles } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Clip, Role } from "../api/types";
import { count, duration } from "../format/text";
import { StateBadge, stateLabel } from "../parts/StateBadge";
import { ClipMenu } from "./ClipMenu";
import classes from "./library.module.css";
import { subjectAnd } from "./shownText";

interface ClipCardProps {
  clip: Clip;
  role: Role;
  canPreannotate: boolean;
  isChosen: boolean;
  onChoose: (isChosen: boolean) => void;
  onSubject: (subjectId: string) => void;
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

/** One's own set is told where the clip's state does not say the same already. */
const isMineTold = ({ my_set_state: mine, state }: Clip): boolean =>
  mine !== null &&
  mine !== "accepted" &&
  !(mine === "returned" && state === "returned") &&
  !(mine === "submitted" && state === "in_review");

export function ClipCard({
  clip,
  role,
  canPreannotate,
  isChosen,
  onChoose,
  onSubject,
}: ClipCardProps) {
  const isTrainee = role === "trainee";
  const { pseudonym } = clip.subject;
  return (
    <article className={classes.card} data-chosen={isChosen || undefined}>
      {!isTrainee && (
        <Checkbox
          className={classes.choose}
          size="md"
          checked={isChosen}
          aria-label={`Choose ${clip.title}`}
          onChange={(event) => onChoose(event.currentTarget.checked)}
        />
      )}
      {clip.deleted_at !== null ? (
        <Thumbnail clip={clip} className={classes.picture} />
      ) : (
        <Link
          to={isTrainee ? "/clips/$clipId/explore" : "/clips/$clipId/annotate"}
          params={{ clipId: clip.id }}
          aria-label={`${isTrainee ? "Look at" : "Annotate"} ${clip.title}`}
          className={classes.open}
        >
          <Thumbnail clip={clip} className={classes.picture} />
        </Link>
      )}
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
      <Stack gap={2} px={10} pt={6} pb={8}>
        <Group justify="space-between" wrap="nowrap" gap={4}>
          <Text size="sm" fw={600} truncate title={clip.title}>
            {clip.title}
          </Text>
          {!isTrainee && clip.deleted_at === null && (
            <ClipMenu
              clip={clip}
              role={role}
              canPreannotate={canPreannotate}
              onSubject={onSubject}
            />
          )}
        </Group>
        <Text
          size="xs"
          c="dimmed"
          truncate
          title={subjectAnd(lengthOf(clip), clip.title, pseudonym)}
        >
          {subjectAnd(count(clip.frame_count, "frame"), clip.title, pseudonym)}
        </Text>
        {!isTrainee && (
          <Group gap={4} mt={3}>
            <StateBadge state={clip.state} />
            {isMineTold(clip) && (
              <Tooltip label="Your own delineation of this clip">
                <Badge size="sm" radius="sm" variant="outline" color="gray" tt="none" fw={500}>
                  yours: {stateLabel(clip.my_set_state ?? "").toLowerCase()}
                </Badge>
              </Tooltip>
            )}
          </Group>
        )}
      </Stack>
    </article>
  );
}
