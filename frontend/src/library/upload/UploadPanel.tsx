import { ActionIcon, Button, Group, Paper, ScrollArea, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useMe } from "../../api/session";
import { liveUploadsQuery } from "../../api/uploads";
import { useCurrentProject } from "../../app/useCurrentProject";
import { count } from "../../format/text";
import { HalfSentRow } from "./HalfSentRow";
import { useUploads } from "./UploadProvider";
import { UploadRow } from "./UploadRow";
import classes from "./upload.module.css";
import { isUnderWay, standing } from "./uploadQueue";

/** Floats at the corner while files are on their way; says per file where it stands. */
export function UploadPanel() {
  const { uploads, clear } = useUploads();
  const [isUnfolded, fold] = useDisclosure(true);
  const halfSent = useHalfSent();
  // Where recordings are looked at, it would lie over the buttons.
  const isInTheWay = useLocation({ select: ({ pathname }) => pathname.startsWith("/uploads/") });
  if (isInTheWay) return null;
  if (uploads.length === 0 && halfSent.length === 0) return null;
  const title =
    uploads.length > 0
      ? standing(uploads)
      : count(halfSent.length, "upload half sent", "uploads half sent");
  return (
    <Paper
      withBorder
      shadow="lg"
      bg="dark.6"
      className={classes.panel}
      role="region"
      aria-label="Uploads"
    >
      <Group justify="space-between" px="sm" py={8} wrap="nowrap">
        <Text size="sm" fw={600} role="status">
          {title}
        </Text>
        <Group gap={2} wrap="nowrap">
          {uploads.length > 0 && !uploads.some(isUnderWay) && (
            <Button size="compact-xs" variant="subtle" color="gray" onClick={clear}>
              Close
            </Button>
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={isUnfolded ? "Fold the uploads" : "Unfold the uploads"}
            aria-expanded={isUnfolded}
            onClick={fold.toggle}
          >
            {isUnfolded ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
          </ActionIcon>
        </Group>
      </Group>
      {isUnfolded && (
        <ScrollArea.Autosize mah={300} type="auto" viewportProps={{ tabIndex: 0 }}>
          <Stack gap={0} px="sm" pb="xs">
            {halfSent.map((row) => (
              <HalfSentRow key={row.id} row={row} />
            ))}
            {uploads.map((upload) => (
              <UploadRow key={upload.id} upload={upload} />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      )}
    </Paper>
  );
}

/** One's own uploads to this project that stopped on their way and that this page does not send. */
function useHalfSent() {
  const { uploads } = useUploads();
  const project = useCurrentProject();
  const me = useMe();
  const mayUpload = project !== null && project.role !== null && project.role !== "trainee";
  const rows = useQuery({ ...liveUploadsQuery(project?.id ?? ""), enabled: mayUpload }).data ?? [];
  const here = new Set(uploads.map(({ uploadId }) => uploadId));
  return rows.filter(
    ({ id, state, owner }) => state === "receiving" && owner?.id === me?.id && !here.has(id),
  );
}
