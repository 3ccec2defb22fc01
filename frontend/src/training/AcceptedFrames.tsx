import { Group, Progress, Stack, Text } from "@mantine/core";
import type { LabelChoice, Labels } from "../api/training";
import type { SnapshotPreview, Structure } from "../api/types";
import { count } from "../format/text";
import { Swatch } from "../parts/StructureLegend";

interface AcceptedFramesProps {
  preview: SnapshotPreview;
  structures: readonly Structure[];
  /** What is chosen of them, where not all that is accepted. */
  labels?: Labels;
}

const FROM_THERE =
  "Nothing is accepted yet. Delineate clips and let a colleague accept them; training starts " +
  "from there.";
const NOTHING: Readonly<Record<LabelChoice, string>> = {
  accepted: FROM_THERE,
  soft: FROM_THERE,
  consensus:
    "No consensus is signed yet. Open a clip that two have read from Agreement, settle it and sign.",
  reader: "Choose a reader whose work is accepted.",
};

/** How much there is to learn from, a bar a structure. */
export function AcceptedFrames({ preview, structures, labels }: AcceptedFramesProps) {
  if (preview.frame_count === 0) {
    return <Text size="sm">{NOTHING[labels?.choice ?? "accepted"]}</Text>;
  }
  const framesOf = (code: string): number =>
    preview.structures.find((each) => each.code === code)?.frame_count ?? 0;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {count(preview.frame_count, "frame")} of {count(preview.clip_count, "clip")} of{" "}
        {count(preview.subject_count, "subject")}
      </Text>
      {structures.map(({ code, colour, name }) => (
        <div key={code}>
          <Group justify="space-between" mb={2}>
            <Group gap={8}>
              <Swatch colour={colour} />
              <Text size="sm">{name}</Text>
            </Group>
            <Text size="sm" c="dimmed">
              {count(framesOf(code), "frame")}
            </Text>
          </Group>
          <Progress
            size="sm"
            value={(100 * framesOf(code)) / preview.frame_count}
            color={colour}
            aria-label={`${name}: in ${framesOf(code)} of ${preview.frame_count} frames`}
          />
        </div>
      ))}
      {preview.subject_count < 2 && (
        <Text size="sm" c="yellow.4">
          Folds are split by subject: at least two subjects are needed.
        </Text>
      )}
    </Stack>
  );
}
