import { NumberInput, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { modelVersionsQuery } from "../api/models";
import type { ModelVersion } from "../api/types";

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
  folds: number;
  errors: Record<string, string>;
  onChange: (start: Start) => void;
  onFolds: (folds: number) => void;
}

/** What a fold begins with, and how much frames without any structure count. */
export function StartOptions(props: StartOptionsProps) {
  const { projectId, recipe, start, folds, errors, onChange, onFolds } = props;
  const versions = useQuery(modelVersionsQuery(projectId));
  const fitting = (versions.data ?? []).filter((version) => version.recipe === recipe);
  const onFrom = (from: string | null) => {
    onChange({ ...start, from });
    const members = fitting.find(({ id }) => id === from)?.members.length ?? 0;
    if (members > 1) onFolds(members);
  };
  return (
    <>
      <Select
        label="Start from"
        description={
          fitting.length === 0
            ? "No model of this recipe yet: the weights are drawn."
            : startSentence(
                fitting.find(({ id }) => id === start.from),
                folds,
              )
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
        onChange={onFrom}
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

/** What starting from a version means for the figures. */
export function startSentence(
  version: Pick<ModelVersion, "members" | "training_run_id"> | undefined,
  folds: number,
): string {
  if (version === undefined) {
    return "The weights of an earlier model of this recipe, or drawn ones.";
  }
  const { length } = version.members;
  if (version.training_run_id === null || length < 2) {
    return "It may have seen the subjects that are held out: the figures can be too good.";
  }
  return folds === length
    ? "Known subjects stay in their folds, and each fold starts from the network that has not seen them."
    : `It has seen the subjects that are held out, so the figures will be too good. With ${length} folds each would start from the network that has not seen them.`;
}
