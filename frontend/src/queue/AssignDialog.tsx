import {
  Alert,
  Button,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Radio,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { keys } from "../api/keys";
import { membersQuery } from "../api/projects";
import type { Assigned, Clip } from "../api/types";
import { assignChecks, assignClips } from "../api/work";
import { count } from "../format/text";
import { tellDone, tellError } from "../parts/tell";

type Kind = "annotate" | "review" | "reread" | "ground_truth";

const KINDS: { value: Kind; label: string; description: string }[] = [
  { value: "annotate", label: "Annotate", description: "Each person reads each of the clips." },
  {
    value: "review",
    label: "Review",
    description: "The readings that wait are shared among the people; nobody gets their own.",
  },
  {
    value: "reread",
    label: "Hidden re-read",
    description: "People read again what they handed in before. They are not told.",
  },
  {
    value: "ground_truth",
    label: "Hidden check",
    description: "The accepted reading is taken as the truth. They are not told.",
  },
];

interface AssignDialogProps {
  projectId: string;
  clips: readonly Clip[];
  onClose: () => void;
  onDone: () => void;
}

/** Give the chosen clips to people. */
export function AssignDialog({ projectId, clips, onClose, onDone }: AssignDialogProps) {
  const queries = useQueryClient();
  const people = usePeople(projectId);
  const [kind, setKind] = useState<Kind>("annotate");
  const [chosen, setChosen] = useState<string[]>([]);
  const [dueOn, setDueOn] = useState("");
  const [isBlind, setIsBlind] = useState(true);
  const [isModelHidden, setIsModelHidden] = useState(false);
  const [afterDays, setAfterDays] = useState<number | string>(14);
  const [done, setDone] = useState<Assigned | null>(null);
  const assign = useMutation({
    mutationFn: () => {
      const told = {
        project: projectId,
        clips: clips.map((clip) => clip.id),
        people: chosen,
        due_on: dueOn === "" ? null : dueOn,
      };
      if (kind === "reread" || kind === "ground_truth") {
        const days = typeof afterDays === "number" ? afterDays : 14;
        return assignChecks({ ...told, check_kind: kind, after_days: days });
      }
      return assignClips({
        ...told,
        task: kind,
        is_blinded_to_readers: isBlind,
        is_blinded_to_model: isModelHidden,
      });
    },
    onSuccess: async (answer) => {
      await Promise.all(
        [keys.assignments(projectId), keys.queue(projectId), keys.clips(projectId)].map(
          (queryKey) => queries.invalidateQueries({ queryKey }),
        ),
      );
      if (answer.skipped.length > 0) {
        setDone(answer);
        return;
      }
      tellDone(`${count(answer.made_count, "assignment")} made.`);
      onClose();
      onDone();
    },
    onError: (error) => tellError(error, "Not assigned"),
  });
  return (
    <Modal opened onClose={onClose} title={`Assign ${count(clips.length, "clip")}`}>
      {done !== null ? (
        <Outcome done={done} onClose={onClose} />
      ) : (
        <Stack gap="sm">
          <Radio.Group label="What for" value={kind} onChange={(value) => setKind(value as Kind)}>
            <Stack gap={6} mt={4}>
              {KINDS.map((one) => (
                <Radio key={one.value} {...one} />
              ))}
            </Stack>
          </Radio.Group>
          <MultiSelect
            label="To whom"
            required
            searchable
            placeholder={chosen.length === 0 ? "Choose people" : ""}
            data={people}
            value={chosen}
            onChange={setChosen}
          />
          <TextInput
            type="date"
            label="Due on (optional)"
            value={dueOn}
            onChange={(event) => setDueOn(event.currentTarget.value)}
          />
          {kind === "annotate" && (
            <>
              <Switch
                label="Readers do not see each other before handing in"
                checked={isBlind}
                onChange={(event) => setIsBlind(event.currentTarget.checked)}
              />
              <Switch
                label="Nor the model’s suggestion"
                checked={isModelHidden}
                onChange={(event) => setIsModelHidden(event.currentTarget.checked)}
              />
            </>
          )}
          {kind === "reread" && (
            <NumberInput
              label="Only what was handed in at least so many days ago"
              min={0}
              max={3650}
              allowDecimal={false}
              value={afterDays}
              onChange={setAfterDays}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              disabled={chosen.length === 0}
              loading={assign.isPending}
              onClick={() => assign.mutate()}
            >
              Assign
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function Outcome({ done, onClose }: { done: Assigned; onClose: () => void }) {
  const reasons = new Map<string, number>();
  for (const { reason } of done.skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return (
    <Stack gap="sm">
      <Text size="sm">
        {count(done.made_count, "assignment")} made, {count(done.skipped.length, "clip")} left out:
      </Text>
      <Alert variant="light" color="gray">
        {[...reasons].map(([reason, times]) => (
          <Text size="sm" key={reason}>
            {reason}
            {times > 1 && ` (${times} times)`}
          </Text>
        ))}
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      </Group>
    </Stack>
  );
}

/** The people of a project who annotate, to choose from. */
export function usePeople(projectId: string): { value: string; label: string }[] {
  const members = useQuery(membersQuery(projectId)).data ?? [];
  return members
    .filter(({ role }) => role !== "trainee")
    .map(({ user }) => ({ value: user.id, label: user.name || user.email }));
}
