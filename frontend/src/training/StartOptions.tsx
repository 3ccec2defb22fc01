import { NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { modelVersionsQuery } from "../api/models";

export interface Start {
  /** The version whose weights every fold begins with. */
  from: string | null;
  /** How much a frame without any structure counts beside one with some. */
  emptyWeight: number | string;
}

interface StartOptionsProps {
  projectId: string;
  /** Only its versions fit. */
  recipe: string;
  start: Start;
  errors: Record<string, string>;
  onChange: (start: Start) => void;
}

/** What a fold begins with, and how much frames without any structure count. */
export function StartOptions({ projectId, recipe, start, errors, onChange }: StartOptionsProps) {
  const versions = useQuery(modelVersionsQuery(projectId));
  const fitting = (versions.data ?? []).filter((version) => version.recipe === recipe);
  return (
    <>
      <Select
        label="Start from"
        description={
          fitting.length === 0
            ? "No model of this recipe yet: the weights are drawn."
            : "The weights of an earlier model of this recipe, or drawn ones."
        }
        placeholder="Drawn weights"
        clearable
        disabled={fitting.length === 0}
        data={fitting.map(({ id, number, name }) => ({
          value: id,
          label: `Version ${number}, ${name}`,
        }))}
        value={start.from}
        error={errors.start_from}
        onChange={(from) => onChange({ ...start, from })}
      />
      <NumberInput
        label="Weight of empty frames"
        description="How much a frame without any structure counts; 1 is as much as others."
        min={0}
        max={100}
        step={0.25}
        required
        value={start.emptyWeight}
        error={errors.empty_weight}
        onChange={(emptyWeight) => onChange({ ...start, emptyWeight })}
      />
    </>
  );
}
