import { Button, MultiSelect, NumberInput, Paper, Stack, Switch, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/keys";
import type { AssignmentRule } from "../api/types";
import { assignmentRuleQuery, setAssignmentRule } from "../api/work";
import { Problem } from "../parts/Problem";
import { tellDone, tellError } from "../parts/tell";
import { usePeople } from "./AssignDialog";

/** How clips find readers and readings reviewers, without anybody choosing. */
export function RuleForm({ projectId }: { projectId: string }) {
  const rule = useQuery(assignmentRuleQuery(projectId));
  if (rule.isError) return <Problem error={rule.error} onRetry={() => rule.refetch()} />;
  if (rule.data === undefined) return null;
  return <Form projectId={projectId} before={rule.data} />;
}

const daysOf = (value: number | string) => (typeof value === "number" ? value : null);

function Form({ projectId, before }: { projectId: string; before: AssignmentRule }) {
  const queries = useQueryClient();
  const people = usePeople(projectId);
  const [rule, setRule] = useState(before);
  const change = (part: Partial<AssignmentRule>) => setRule((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () => setAssignmentRule(projectId, rule),
    onSuccess: async (answer) => {
      setRule(answer);
      tellDone("The rule holds from now on; clips that lacked readers have them.");
      await queries.invalidateQueries({ queryKey: keys.assignments(projectId) });
      await queries.invalidateQueries({ queryKey: keys.queue(projectId) });
    },
    onError: (error) => tellError(error, "The rule was not set"),
  });
  return (
    <Paper withBorder p="md" bg="dark.6" maw={560}>
      <Stack gap="sm">
        <Title order={2}>Readers</Title>
        <NumberInput
          label="Independent readers for each clip"
          description="0: a clip is read by whoever opens it."
          min={0}
          max={20}
          allowDecimal={false}
          value={rule.readers_per_clip}
          onChange={(value) => change({ readers_per_clip: daysOf(value) ?? 0 })}
        />
        <MultiSelect
          label="From among"
          placeholder={rule.readers.length === 0 ? "Everyone who annotates" : ""}
          data={people}
          value={rule.readers}
          onChange={(readers) => change({ readers })}
        />
        <NumberInput
          label="Days to read a clip"
          placeholder="No limit"
          min={0}
          max={3650}
          allowDecimal={false}
          value={rule.read_within_days ?? ""}
          onChange={(value) => change({ read_within_days: daysOf(value) })}
        />
        <Switch
          label="Readers do not see each other before handing in"
          checked={rule.is_blinded_to_readers}
          onChange={(event) => change({ is_blinded_to_readers: event.currentTarget.checked })}
        />
        <Switch
          label="Nor the model’s suggestion"
          checked={rule.is_blinded_to_model}
          onChange={(event) => change({ is_blinded_to_model: event.currentTarget.checked })}
        />
        <Title order={2} mt="sm">
          Reviewers
        </Title>
        <Switch
          label="Assign a reviewer to each reading that is handed in"
          description="Off: it waits for any colleague. Nobody ever gets their own work."
          checked={rule.assigns_reviewer}
          onChange={(event) => change({ assigns_reviewer: event.currentTarget.checked })}
        />
        {rule.assigns_reviewer && (
          <>
            <MultiSelect
              label="From among"
              placeholder={rule.reviewers.length === 0 ? "Everyone who annotates" : ""}
              data={people}
              value={rule.reviewers}
              onChange={(reviewers) => change({ reviewers })}
            />
            <NumberInput
              label="Days to review"
              placeholder="No limit"
              min={0}
              max={3650}
              allowDecimal={false}
              value={rule.review_within_days ?? ""}
              onChange={(value) => change({ review_within_days: daysOf(value) })}
            />
          </>
        )}
        <Text size="sm" c="dimmed">
          It is applied at once and to every clip that comes later; what is assigned already stays.
        </Text>
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          Set the rule
        </Button>
      </Stack>
    </Paper>
  );
}
