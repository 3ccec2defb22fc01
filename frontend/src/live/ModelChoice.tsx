import { Select, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../api/keys";
import { chooseLiveModel } from "../api/live";
import { modelVersionsQuery } from "../api/models";
import type { ChooseModel, LiveSession } from "../api/types";
import { tellError } from "../parts/tell";
import classes from "./live.module.css";
import type { LiveSnapshot } from "./snapshot";

const PROMOTED = "promoted";
const OFF = "off";

const choiceOf = (value: string): ChooseModel => {
  if (value === OFF) return { is_off: true };
  return { model_version: value === PROMOTED ? null : value, is_off: false };
};

interface ModelChoiceProps {
  session: LiveSession;
  snapshot: LiveSnapshot;
  mayCommand: boolean;
}

/** Which model's masks are shown; experts and admins choose, for everyone who watches. */
export function ModelChoice({ session, snapshot, mayCommand }: ModelChoiceProps) {
  return (
    <section className={classes.section} aria-label="Model">
      <h2 className={classes.heading}>Model</h2>
      {mayCommand && <Choice session={session} />}
      <ModelState session={session} snapshot={snapshot} isNamed={!mayCommand} />
    </section>
  );
}

function Choice({ session }: { session: LiveSession }) {
  const queries = useQueryClient();
  const versions = useQuery(modelVersionsQuery(session.project));
  const choosing = useMutation({
    mutationFn: (value: string) => chooseLiveModel(session.id, choiceOf(value)),
    onSuccess: (changed) => queries.setQueryData(keys.liveSession(session.id), changed),
    onError: (error) => tellError(error, "The model stays as it was"),
  });
  const chosen = session.is_model_off ? OFF : (session.chosen_model?.id ?? PROMOTED);
  return (
    <Select
      size="xs"
      aria-label="Model of this session"
      allowDeselect={false}
      disabled={choosing.isPending}
      value={chosen}
      onChange={(value) => value !== null && value !== chosen && choosing.mutate(value)}
      data={[
        { value: PROMOTED, label: "The one promoted for live" },
        ...(versions.data ?? []).map(({ id, number, name }) => ({
          value: id,
          label: `Version ${number}${name ? ` · ${name}` : ""}`,
        })),
        { value: OFF, label: "Off: picture only" },
      ]}
    />
  );
}

function ModelState({
  session,
  snapshot,
  isNamed,
}: {
  session: LiveSession;
  snapshot: LiveSnapshot;
  isNamed: boolean;
}) {
  const { model } = snapshot;
  if (model === null) {
    const sentence = session.is_model_off
      ? "Off: no structures are shown."
      : "No model runs. An admin promotes one for live under Models.";
    return (
      <Text size="xs" c="dimmed" mt={4}>
        {sentence}
      </Text>
    );
  }
  const isWell = model.state === "running" || model.state === "";
  return (
    <>
      {(isNamed || session.chosen_model === null) && (
        <Text size="xs" mt={4}>
          {model.label}
        </Text>
      )}
      {model.state === "loading" && (
        <Text size="xs" c="dimmed" mt={4}>
          Being loaded…
        </Text>
      )}
      {!isWell && model.state !== "loading" && model.reason !== "" && (
        <Text size="xs" c="orange.4" mt={4} role="status">
          {model.reason}
        </Text>
      )}
    </>
  );
}
