import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { storageQuery } from "../api/clips";
import { bytes, count } from "../format/text";

/** What the project takes up, for whoever wonders. */
export function StorageLine({ projectId }: { projectId: string }) {
  const storage = useQuery(storageQuery(projectId)).data;
  if (storage === undefined || storage.clip_count + storage.waiting_bytes === 0) return null;
  const words = [
    count(storage.clip_count, "clip"),
    count(storage.frame_count, "frame"),
    bytes(storage.chunk_bytes),
    storage.waiting_bytes > 0 && `${bytes(storage.waiting_bytes)} of uploads waiting`,
    storage.deleted_clip_count > 0 &&
      `${count(storage.deleted_clip_count, "deleted clip")}, ${bytes(storage.deleted_bytes)}`,
  ].filter((word) => word !== false);
  return (
    <Text size="xs" c="dimmed" ta="center">
      Storage: {words.join(" · ")}
    </Text>
  );
}
