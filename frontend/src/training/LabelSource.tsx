import { Select } from "@mantine/core";
import { LABEL_NAMES, type LabelChoice, type Labels } from "../api/training";
import type { SnapshotPreview } from "../api/types";
import { count } from "../format/text";

const SAID: Readonly<Record<LabelChoice, string>> = {
  accepted: "The consensus of a clip where one is signed, else what was accepted first.",
  consensus: "Clips with a signed consensus.",
  reader: "Accepted work of one person.",
  soft: "At each pixel the share of readers who say so; measured against what is accepted.",
};
const CHOICES = Object.keys(SAID) as LabelChoice[];

interface LabelSourceProps {
  /** Whose work is accepted. */
  readers: SnapshotPreview["readers"];
  labels: Labels;
  onChange: (labels: Labels) => void;
}

/** What is learnt where several have read a clip. */
export function LabelSource({ readers, labels, onChange }: LabelSourceProps) {
  return (
    <>
      <Select
        label="Labels"
        description={SAID[labels.choice]}
        allowDeselect={false}
        data={CHOICES.map((value) => ({
          value,
          ...(value === "reader" && readers.length === 0
            ? { label: "One reader: nobody's work is accepted yet", disabled: true }
            : { label: LABEL_NAMES[value] }),
        }))}
        value={labels.choice}
        onChange={(choice) =>
          onChange({ choice: (choice ?? "accepted") as LabelChoice, reader: null })
        }
      />
      {labels.choice === "reader" && (
        <Select
          label="Reader"
          required
          data={readers.map(({ id, name, clip_count }) => ({
            value: id,
            label: `${name}, ${count(clip_count, "clip")}`,
          }))}
          value={labels.reader}
          onChange={(reader) => onChange({ choice: "reader", reader })}
        />
      )}
    </>
  );
}
