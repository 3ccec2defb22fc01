import { Stack, TextInput } from "@mantine/core";
import type { SourceFacts } from "../api/types";
import { pixelSizeProblem, type Words } from "./words";

interface WordFieldsProps {
  words: Words;
  facts: SourceFacts;
  onChange: (words: Words) => void;
}

/** Label, scanner and scale, to be put right before the recording becomes a clip. */
export function WordFields({ words, facts, onChange }: WordFieldsProps) {
  const fromFile =
    facts.microns_per_pixel === null
      ? "Not known. Left empty, two clicks on the clip's depth ruler tell it later, unless it is cut off."
      : `Left empty: ${Math.round(facts.microns_per_pixel * 10) / 10} µm, from ${facts.microns_from ?? "the file"}.`;
  return (
    <Stack gap={8}>
      <TextInput
        size="xs"
        label="Label"
        description="No name, date or number of a patient"
        maxLength={120}
        value={words.label}
        onChange={(event) => onChange({ ...words, label: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        label="Scanner"
        maxLength={80}
        value={words.scanner}
        onChange={(event) => onChange({ ...words, scanner: event.currentTarget.value })}
      />
      <TextInput
        size="xs"
        label="Pixel size, in micrometres"
        description={fromFile}
        inputMode="decimal"
        value={words.pixelSize}
        error={pixelSizeProblem(words.pixelSize)}
        onChange={(event) => onChange({ ...words, pixelSize: event.currentTarget.value })}
      />
    </Stack>
  );
}
