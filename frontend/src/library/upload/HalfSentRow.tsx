import {
  ActionIcon,
  Button,
  FileButton,
  Group,
  Progress,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/keys";
import type { Upload as UploadOnServer } from "../../api/types";
import { cancelUpload } from "../../api/uploads";
import { bytes } from "../../format/text";
import { tellError } from "../../parts/tell";
import { fingerprintFor, forget } from "./knownUploads";
import { useUploads } from "./UploadProvider";
import classes from "./upload.module.css";

/** An upload whose file this page does not hold: a closed tab, or another machine. */
export function HalfSentRow({ row }: { row: UploadOnServer }) {
  const { goOnWith } = useUploads();
  const queries = useQueryClient();
  const choosing = useMutation({
    mutationFn: async (file: File | null) => {
      if (file === null) return;
      const refusal = await goOnWith(file, row);
      if (refusal !== null) throw new Error(refusal);
    },
    onError: (error) => tellError(error, "Not sent"),
  });
  const discarding = useMutation({
    mutationFn: () => cancelUpload(row.id),
    onSuccess: () => {
      const fingerprint = fingerprintFor(row.id);
      if (fingerprint !== null) forget(fingerprint);
    },
    onError: (error) => tellError(error, "Not discarded"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.uploads(row.project) }),
  });
  return (
    <Stack gap={4} py={6} className={classes.row}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" truncate>
          {row.title}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
            {bytes(row.received_bytes)} of {bytes(row.byte_size)}
          </Text>
          <Tooltip label="Discard what has arrived">
            <ActionIcon
              size="sm"
              variant="subtle"
              color="gray"
              aria-label={`Discard ${row.title}`}
              loading={discarding.isPending}
              onClick={() => discarding.mutate()}
            >
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Progress
        value={(100 * row.received_bytes) / row.byte_size}
        size="sm"
        color="dark.3"
        aria-label={`${row.title}: ${bytes(row.received_bytes)} of ${bytes(row.byte_size)} sent`}
      />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          Half sent: choose the file again to go on.
        </Text>
        <FileButton onChange={(file) => choosing.mutate(file)}>
          {(props) => (
            <Button
              {...props}
              size="compact-xs"
              variant="default"
              aria-label={`Choose the file of ${row.title}`}
            >
              Choose the file
            </Button>
          )}
        </FileButton>
      </Group>
    </Stack>
  );
}
