import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { comparableQuery } from "../api/agreement";
import type { LabelChoice } from "../api/training";

export interface Labels {
  choice: LabelChoice;
  /** Whose, where one reader's work is learnt. */
  reader: string | null;
}

const CHOICES: readonly { value: LabelChoice; label: string; said: string }[] = [
  {
    value: "accepted",
    label: "What is accepted",
    said: "The consensus of a clip where one is signed, else what was accepted first.",
  },
  { value: "consensus", label: "Consensus only", said: "Clips with a signed consensus." },
  { value: "reader", label: "One reader", said: "Accepted work of one person." },
  {
    value: "soft",
    label: "Soft labels of all readers",
    said: "At each pixel the share of readers who say so; measured against what is accepted.",
  },
];

interface LabelSourceProps {
  projectId: string;
  labels: Labels;
  onChange: (labels: Labels) => void;
}

/** What is learnt where several have read a clip. */
export function LabelSource({ projectId, labels, onChange }: LabelSourceProps) {
  const comparable = useQuery(comparableQuery(projectId));
  const readers = comparable.data?.readers ?? [];
  const chosen = CHOICES.find(({ value }) => value === labels.choice);
  return (
    <>
      <Select
        label="Labels"
        description={chosen?.said}
        allowDeselect={false}
        data={CHOICES.map(({ value, label }) => ({
          value,
          label,
          disabled: value === "reader" && readers.length === 0,
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
          data={readers.map(({ id, name }) => ({ value: id, label: name }))}
          value={labels.reader}
          onChange={(reader) => onChange({ choice: "reader", reader })}
        />
      )}
    </>
  );
}
