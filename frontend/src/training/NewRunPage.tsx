import {
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { fieldErrorsOf } from "../api/client";
import { keys } from "../api/keys";
import {
  freezeSnapshot,
  type Labels,
  recipesQuery,
  runEstimateQuery,
  snapshotPreviewQuery,
  startRun,
} from "../api/training";
import type { Project, Recipe } from "../api/types";
import { count } from "../format/text";
import { Problem } from "../parts/Problem";
import { RoomPage } from "../parts/RoomPage";
import { AcceptedFrames } from "./AcceptedFrames";
import { estimateSentence } from "./estimate";
import { LabelSource } from "./LabelSource";
import { type Start, StartOptions } from "./StartOptions";

/** Freeze what is accepted now, and train on it. */
export function NewRunPage({ project }: { project: Project }) {
  const recipes = useQuery(recipesQuery);
  return (
    <RoomPage
      title="New run"
      subtitle="What is accepted now is frozen as a snapshot; the run trains on that and nothing else."
    >
      {recipes.isPending && <Skeleton height={320} />}
      {recipes.isError && <Problem error={recipes.error} onRetry={recipes.refetch} />}
      {recipes.data !== undefined && <NewRunForm project={project} recipes={recipes.data} />}
    </RoomPage>
  );
}

function NewRunForm({ project, recipes }: { project: Project; recipes: readonly Recipe[] }) {
  const [recipeName, setRecipeName] = useState(recipes[0]?.name ?? "");
  const recipe = recipes.find(({ name }) => name === recipeName);
  const [folds, setFolds] = useState<number | string>(5);
  const [epochs, setEpochs] = useState<number | string>(recipe?.default_epochs ?? 50);
  const [labels, setLabels] = useState<Labels>({ choice: "accepted", reader: null });
  const preview = useQuery({
    ...snapshotPreviewQuery(project.id, labels),
    placeholderData: keepPreviousData,
  });
  const [seed, setSeed] = useState<number | string>(1);
  const [start, setStart] = useState<Start>({ from: null, emptyWeight: 1 });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const epochCount = Number(epochs);
  const starting = useMutation({
    mutationFn: async () => {
      const snapshot = await freezeSnapshot(project.id, labels.choice, labels.reader);
      return startRun({
        project: project.id,
        snapshot: snapshot.id,
        recipe: recipeName,
        fold_count: Number(folds),
        epoch_count: epochCount,
        seed: Number(seed),
        start_from: start.from,
        empty_weight: Number(start.emptyWeight),
      });
    },
    onSuccess: async (run) => {
      void queries.invalidateQueries({ queryKey: keys.runs(project.id) });
      void queries.invalidateQueries({ queryKey: keys.jobs(project.id) });
      void queries.invalidateQueries({ queryKey: keys.snapshots(project.id) });
      await navigate({
        to: "/projects/$projectId/training/$runId",
        params: { projectId: project.id, runId: run.id },
      });
    },
  });
  const errors = fieldErrorsOf(starting.error);
  const frameCount = preview.data?.frame_count ?? 0;
  const estimate = useQuery(
    runEstimateQuery(project.id, {
      recipe: recipeName,
      frame_count: frameCount,
      fold_count: Number(folds),
      epoch_count: epochCount,
    }),
  );
  const onRecipe = (name: string | null) => {
    const next = recipes.find((each) => each.name === name);
    if (next === undefined) return;
    setRecipeName(next.name);
    setEpochs(next.default_epochs);
    setStart({ ...start, from: null });
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };

  return (
    <form onSubmit={onSubmit}>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper withBorder p="md" bg="dark.6" component="section" aria-labelledby="accepted">
          <Title order={2} id="accepted" mb="sm">
            Accepted frames
          </Title>
          {preview.isError && <Problem error={preview.error} onRetry={preview.refetch} />}
          {preview.data && (
            <AcceptedFrames
              preview={preview.data}
              structures={project.procedure.structures}
              labels={labels}
            />
          )}
        </Paper>
        <Paper withBorder p="md" bg="dark.6">
          <Stack gap="sm">
            <Select
              label="Recipe"
              description={recipe?.description}
              required
              allowDeselect={false}
              data={recipes.map(({ name, title }) => ({
                value: name,
                label: title,
              }))}
              value={recipeName}
              error={errors.recipe}
              onChange={onRecipe}
            />
            {recipe !== undefined && (
              <Text size="xs" c="dimmed">
                {recipe.input_width} × {recipe.input_height} pixels. {recipe.source}
              </Text>
            )}
            <LabelSource
              readers={preview.data?.readers ?? []}
              labels={labels}
              onChange={setLabels}
            />
            <Group grow align="flex-start">
              <NumberInput
                label="Folds"
                min={2}
                max={20}
                required
                allowDecimal={false}
                value={folds}
                error={errors.fold_count}
                onChange={setFolds}
              />
              <NumberInput
                label="Epochs"
                min={1}
                max={2000}
                required
                allowDecimal={false}
                value={epochs}
                error={errors.epoch_count}
                onChange={setEpochs}
              />
              <NumberInput
                label="Seed"
                min={0}
                required
                allowDecimal={false}
                value={seed}
                error={errors.seed}
                onChange={setSeed}
              />
            </Group>
            <StartOptions
              projectId={project.id}
              recipe={recipeName}
              start={start}
              folds={Number(folds)}
              errors={errors}
              onChange={setStart}
              onFolds={setFolds}
            />
            <Text size="xs" c="dimmed">
              One subject is never on both sides of a fold.
            </Text>
            <Text size="sm" aria-live="polite">
              {estimate.data ? estimateSentence(estimate.data) : " "}
            </Text>
            {starting.isError && <Problem title="Not started" error={starting.error} />}
            <Group justify="flex-end">
              <Button
                variant="default"
                renderRoot={(props) => (
                  <Link
                    to="/projects/$projectId/training"
                    params={{ projectId: project.id }}
                    {...props}
                  />
                )}
              >
                Back
              </Button>
              <Button
                type="submit"
                loading={starting.isPending}
                disabled={frameCount === 0 || recipe === undefined}
              >
                {frameCount === 0
                  ? "Freeze and start"
                  : `Freeze ${count(frameCount, "frame")} and start`}
              </Button>
            </Group>
          </Stack>
        </Paper>
      </SimpleGrid>
    </form>
  );
}
