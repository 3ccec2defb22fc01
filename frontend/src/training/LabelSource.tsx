import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { facetsQuery } from "../api/clips";
import { LABEL_NAMES, type LabelChoice, type Labels } from "../api/training";

const SAID: Readonly<Record<LabelChoice, string>> = {
  accepted: "The consensus of a clip where one is signed, else what was accepted first.",
  consensus: "Clips with a signed consensus.",
  reader: "Accepted work of one person.",
  soft: "At each pixel the share of readers who say so; measured against what is accepted.",
};
const CHOICES = Object.keys(SAID) as LabelChoice[];

interface LabelSourceProps {
  projectId: string;
  labels: Labels;
  onChange: (labels: Labels) => void;
}

/** What is learnt where several have read a clip. */
export function LabelSource({ projectId, labels, onChange }: LabelSourceProps) {
  const readers = useQuery(facetsQuery(projectId)).data?.assignees ?? [];
  return (
    <>
      <Select
        label="Labels"
        description={SAID[labels.choice]}
        allowDeselect={false}
        data={CHOICES.map((value) => ({
          value,
          label: LABEL_NAMES[value],
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
